// What the parts of the server share. Made once in server.ts and handed on; no part finds another by itself.
import type { Clock, Logger } from '@yagura/kernel'
import type { EventPartitions } from '@yagura/store'
import type { Authority } from './authority/authority.ts'
import type { Sealing } from './authority/sealing.ts'
import type { Database } from './database/database.ts'
import type { EventSignal } from './live/event-signal.ts'
import type { Advisories } from './matching/advisories.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Settings } from './settings/settings.ts'

export interface Context {
  readonly settings: Settings
  readonly clock: Clock
  readonly logger: Logger
  readonly database: Database
  readonly authority: Authority
  readonly sealing: Sealing
  readonly partitions: EventPartitions
  readonly advisories: Advisories
  readonly eventSignal: EventSignal
  readonly metrics: Metrics
  /** The tenant that this machine's administrator works in. */
  readonly tenantId: string
  readonly startedAt: Date
  /** Tells matching that there is a new image. */
  readonly wakeMatching: () => void
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
}

export function nowOf(context: { readonly clock: Clock }): Date {
  return new Date(context.clock.nowMs())
}
