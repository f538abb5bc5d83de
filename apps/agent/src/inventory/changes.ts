// Which reports are news to the server: only what changed is sent, and everything again now and then, for a server that was
// restored from a backup.
import { createHash } from 'node:crypto'
import type { AssetReport } from '@yagura/schema'

export interface Changes {
  readonly changed: readonly AssetReport[]
  /** True when something that was there is not there any more. */
  readonly isShorter: boolean
}

export interface ChangeTracker {
  compare(reports: readonly AssetReport[]): Changes
  /** The next comparison finds everything changed. */
  forget(): void
}

export function createChangeTracker(): ChangeTracker {
  let sent = new Map<string, string>()
  return {
    compare(reports) {
      const seen = new Map(reports.map((report) => [report.key, fingerprint(report)]))
      const changed = reports.filter((report) => sent.get(report.key) !== seen.get(report.key))
      const isShorter = [...sent.keys()].some((key) => !seen.has(key))
      sent = seen
      return { changed, isShorter }
    },
    forget() {
      sent = new Map()
    },
  }
}

/** Of everything but the time of looking. */
function fingerprint({ observedAt: _, ...rest }: AssetReport): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('base64')
}
