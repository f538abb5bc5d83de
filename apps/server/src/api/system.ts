// The overview, and the server about itself.
import { databaseSizeBytes, readOverview, readStoredEvents } from '@yagura/store'
import { nowOf } from '../context.ts'
import { VERSION } from '../version.ts'
import type { Handlers } from './handler.ts'

export const systemHandlers: Pick<Handlers, 'getOverview' | 'getSystemStatus' | 'getAdvisoryDatabase'> = {
  getOverview: async ({ context, caller }) => {
    const overview = await context.database.store.inTenant(caller.tenantId, (tx) => readOverview(tx, nowOf(context)))
    const advisories = context.advisories.status()
    return {
      ...overview,
      advisories: {
        state: advisories.state,
        builtAt: advisories.builtAt,
        advisories: advisories.sources.reduce((sum, source) => sum + source.advisories, 0),
      },
    }
  },
  getSystemStatus: async ({ context, caller }) => {
    const { database, settings } = context
    const stored = await readStoredEvents(database.store, caller.tenantId)
    return {
      version: VERSION,
      startedAt: context.startedAt.toISOString(),
      database: {
        kind: database.kind,
        version: database.version,
        sizeBytes: await databaseSizeBytes(database.store),
      },
      retention: {
        eventDays: settings.eventRetention.days,
        eventBytes: settings.eventRetention.bytes,
        storedEvents: stored.events,
        storedEventBytes: stored.bytes,
        oldestEventAt: stored.oldestAt?.toISOString() ?? null,
      },
    }
  },
  getAdvisoryDatabase: async ({ context }) => context.advisories.status(),
}
