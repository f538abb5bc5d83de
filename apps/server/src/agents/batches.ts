// POST /agent/v1/batches: stored before it is acknowledged, and only once.
import { YaguraError } from '@yagura/kernel'
import type { Batch, BatchAck } from '@yagura/schema'
import { ingestBatch } from '@yagura/store'
import type { PeerIdentity } from '../authority/agent-identity.ts'
import { viewOf } from '../compliance/view.ts'
import { type Context, nowOf } from '../context.ts'
import { refuseOtherWire } from './enrol.ts'

export async function receiveBatch(
  context: Context,
  peer: PeerIdentity,
  batch: Batch,
  sentAtMs: number | null,
): Promise<BatchAck> {
  refuseOtherWire(batch.wireVersion)
  if (batch.agentId !== peer.agentId) {
    context.metrics.batches.inc({ result: 'refused' })
    throw new YaguraError('FORBIDDEN', 'The batch names another agent than its certificate.')
  }
  const receivedAt = nowOf(context)
  const stored = await ingestBatch(context.database.store, context.partitions, peer, batch, {
    receivedAt,
    retentionDays: context.settings.eventRetention.days,
    viewOf,
    clockSkewMs: skewOf(receivedAt.getTime(), sentAtMs, Date.parse(batch.madeAt)),
  })
  context.metrics.batches.inc({ result: stored.duplicate ? 'duplicate' : 'stored' })
  context.metrics.eventsStored.inc(stored.events)
  context.metrics.imagesStored.inc(stored.images)
  if (stored.images > 0) context.wakeMatching()
  return {
    boot: batch.boot,
    seq: batch.seq,
    duplicate: stored.duplicate,
    serverTime: receivedAt.toISOString(),
    wantImages: stored.wantImages,
  }
}

/** Agent's clock minus ours. Without a `date` only a batch from the future says something: an old one may have waited. */
function skewOf(receivedAtMs: number, sentAtMs: number | null, madeAtMs: number): number | null {
  if (sentAtMs !== null) return Math.round(sentAtMs - receivedAtMs)
  return madeAtMs > receivedAtMs ? Math.round(madeAtMs - receivedAtMs) : null
}
