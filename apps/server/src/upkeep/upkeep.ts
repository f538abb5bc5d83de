// What time does to data: agents fall silent, events grow old, tokens end, tomorrow needs a partition.
import {
  countAgentsByState,
  dropEventPartitions,
  forgetExpiredAccess,
  forgetOldBatches,
  forgetOldCommands,
  forgetOldMinutes,
  forgetOldSignals,
  listEventPartitions,
  markSilentAgents,
  partitionsToDrop,
} from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { createLoop, type Loop } from './loop.ts'

const SILENT_AFTER_MS = 60_000
const AGENTS_MS = 5_000
const RETENTION_MS = 60_000
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Longer than any agent keeps a batch it could send again. */
const BATCHES_DAYS = 30
/** Evidence outlives the events it was drawn from. */
const SIGNALS_DAYS = 90

/** An agent is silent only when this server has been there to hear it. */
export function startAgentUpkeep(context: Context): Loop {
  const listeningSinceMs = context.clock.monotonicMs()
  return createLoop('agents', AGENTS_MS, context.logger, async () => {
    const canJudge = context.clock.monotonicMs() - listeningSinceMs > SILENT_AFTER_MS
    const totals: Record<string, number> = { healthy: 0, silent: 0, revoked: 0 }
    for (const tenant of await context.database.store.tenants()) {
      const now = nowOf(context)
      await context.database.store.inTenant(tenant.id, async (tx) => {
        if (canJudge) await markSilentAgents(tx, new Date(now.getTime() - SILENT_AFTER_MS), now)
        for (const [state, count] of Object.entries(await countAgentsByState(tx)))
          totals[state] = (totals[state] ?? 0) + count
      })
    }
    for (const [state, count] of Object.entries(totals)) context.metrics.agents.set({ state }, count)
  })
}

export function startRetention(context: Context): Loop {
  return createLoop('retention', RETENTION_MS, context.logger, () => keepRetention(context))
}

export async function keepRetention(context: Context): Promise<void> {
  const { store } = context.database
  const now = nowOf(context)
  await context.partitions.ensure([0, 1, 2].map((days) => new Date(now.getTime() + days * DAY_MS)))
  const partitions = await listEventPartitions(store)
  context.metrics.eventBytes.set(partitions.reduce((sum, partition) => sum + partition.sizeBytes, 0))
  const dropped = partitionsToDrop(partitions, context.settings.eventRetention, now)
  if (dropped.length > 0) {
    await dropEventPartitions(store, dropped)
    context.partitions.forget()
    context.logger.info({ partitions: dropped }, 'old events dropped')
  }
  for (const tenant of await store.tenants())
    await store.inTenant(tenant.id, async (tx) => {
      await forgetExpiredAccess(tx, now)
      await forgetOldBatches(tx, new Date(now.getTime() - BATCHES_DAYS * DAY_MS))
      await forgetOldMinutes(tx, new Date(now.getTime() - 48 * HOUR_MS))
      await forgetOldSignals(tx, new Date(now.getTime() - SIGNALS_DAYS * DAY_MS))
      await forgetOldCommands(tx, now)
    })
}
