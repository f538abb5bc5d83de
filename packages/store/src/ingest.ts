// One batch of an agent, whole or not at all, once or never twice: the row of the batch is written in the same transaction.
import { newId, YaguraError } from '@yagura/kernel'
import type {
  AgentHealth,
  AssetReport,
  Batch,
  CheckRun,
  CoverageGapReport,
  ImageReport,
  IncidentReport,
  KernelEvent,
  ResponseAction,
  RuntimeFinding,
  Signal,
} from '@yagura/schema'
import { sql } from 'kysely'
import { recordCheckRun } from './compliance/record.ts'
import type { ViewOf } from './compliance/view.ts'
import type { EventPartitions } from './events/partitions.ts'
import { placeEvents, recordEvents } from './events/record-events.ts'
import { recordActions, recordIncidents, recordRuntimeFindings, recordSignals } from './incidents/record.ts'
import { closeSilence } from './incidents/silence.ts'
import { closeGap, recordGap } from './inventory/coverage-gaps.ts'
import {
  type AssetsOfAgent,
  belongsToMachine,
  imagesWanted,
  recordAssets,
  recordInventory,
} from './inventory/record-assets.ts'
import { recordImage } from './inventory/record-image.ts'
import type { Store, Tx } from './store.ts'

export interface BatchSender {
  readonly tenantId: string
  readonly agentId: string
  readonly machineId: string
  readonly serial: string
}

export interface IngestOptions {
  readonly receivedAt: Date
  readonly retentionDays: number
  /** Server's clock minus the agent's when the batch was sent, where the agent said its time. */
  readonly clockSkewMs: number | null
  /** How baselines are read; without it every check counts as it stands. */
  readonly viewOf?: ViewOf
}

export interface Ingested {
  readonly duplicate: boolean
  readonly events: number
  readonly images: number
  /** Ids of incidents that are new and open: somebody is to be told. */
  readonly incidents: string[]
  readonly wantImages: string[]
}

const LAST_WORDS_MS = 5000

interface Sorted {
  readonly events: KernelEvent[]
  readonly assets: AssetReport[]
  readonly inventories: { keys: string[]; observedAt: string }[]
  readonly images: ImageReport[]
  readonly gaps: CoverageGapReport[]
  readonly health: AgentHealth[]
  readonly signals: Signal[]
  readonly findings: RuntimeFinding[]
  readonly incidents: IncidentReport[]
  readonly actions: ResponseAction[]
  readonly checkRuns: CheckRun[]
}

export async function ingestBatch(
  store: Store,
  partitions: EventPartitions,
  sender: BatchSender,
  batch: Batch,
  options: IngestOptions,
): Promise<Ingested> {
  const items = sortItems(batch)
  refuseForeignAssets(keysOf(items), sender)
  const events = placeEvents(items.events, options.receivedAt, options.retentionDays)
  const ingest = () =>
    store.inTenant(
      sender.tenantId,
      async (tx): Promise<Ingested> => {
        const from = { ...sender, receivedAt: options.receivedAt }
        const stateBefore = await acceptedState(tx, sender)
        const isNew = await noteBatch(tx, batch, options.receivedAt)
        if (!isNew) {
          await noteAgent(tx, sender, stateBefore, options)
          const wantImages = await imagesWanted(tx, sender.agentId)
          return { duplicate: true, events: 0, images: 0, incidents: [], wantImages }
        }
        await recordAssets(tx, items.assets, from)
        for (const inventory of items.inventories) await recordInventory(tx, inventory, from)
        let images = 0
        for (const report of items.images) if (await recordImage(tx, report, from)) images += 1
        for (const gap of items.gaps)
          await recordGap(tx, { id: newId(), agentId: sender.agentId, origin: 'agent', gap, ...options })
        await recordHealth(tx, items.health, from)
        const stored = await recordEvents(tx, events, from)
        await recordSignals(tx, items.signals, from)
        await recordRuntimeFindings(tx, items.findings, from)
        const incidents = await recordIncidents(tx, items.incidents, from)
        await recordActions(tx, items.actions, from)
        for (const run of items.checkRuns) await recordCheckRun(tx, run, from, options.viewOf ?? (() => null))
        await noteAgent(tx, sender, stateBefore, options)
        return {
          duplicate: false,
          events: stored,
          images,
          incidents,
          wantImages: await imagesWanted(tx, sender.agentId),
        }
      },
      { idempotent: true },
    )
  await partitions.ensure(events.map((event) => event.at))
  try {
    return await ingest()
  } catch (thrown) {
    if (!isMissingPartition(thrown)) throw thrown
    partitions.forget()
    await partitions.ensure(events.map((event) => event.at))
    return ingest()
  }
}

function sortItems(batch: Batch): Sorted {
  const sorted: Sorted = {
    events: [],
    assets: [],
    inventories: [],
    images: [],
    gaps: [],
    health: [],
    signals: [],
    findings: [],
    incidents: [],
    actions: [],
    checkRuns: [],
  }
  for (const item of batch.items) {
    if (item.item === 'event') sorted.events.push(item.event)
    else if (item.item === 'asset') sorted.assets.push(item.asset)
    else if (item.item === 'inventory-complete') sorted.inventories.push(item)
    else if (item.item === 'image') sorted.images.push(item.report)
    else if (item.item === 'gap') sorted.gaps.push(item.gap)
    else if (item.item === 'health') sorted.health.push(item.health)
    else if (item.item === 'signal') sorted.signals.push(item.signal)
    else if (item.item === 'runtime-finding') sorted.findings.push(item.finding)
    else if (item.item === 'incident') sorted.incidents.push(item.incident)
    else if (item.item === 'action') sorted.actions.push(item.action)
    else sorted.checkRuns.push(item.run)
  }
  return sorted
}

/** Every key that the batch speaks of: an agent may not blame a machine that is not its own. */
function keysOf(items: Sorted): string[] {
  return [
    ...items.assets.map((asset) => asset.key),
    ...[...items.signals, ...items.findings].map((said) => said.assetKey),
    ...items.incidents.flatMap((incident) => incident.assetKeys),
    ...items.checkRuns.flatMap((run) => run.results.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey]))),
  ]
}

function refuseForeignAssets(keys: readonly string[], sender: BatchSender): void {
  const foreign = keys.find((key) => !belongsToMachine(key, sender.machineId))
  if (foreign)
    throw new YaguraError('FORBIDDEN', 'The batch reports on a machine that is not the one of its certificate.')
}

/**
 * The agent is known, not revoked, and this is its certificate. Its row is only kept from going away: an alarm must not wait until
 * a large batch of the same agent is stored.
 */
async function acceptedState(tx: Tx, sender: BatchSender): Promise<string> {
  const row = await tx
    .selectFrom('agents')
    .select(['state', 'machine_id', 'certificate_serial', 'previous_serial'])
    .where('id', '=', sender.agentId)
    .forKeyShare()
    .executeTakeFirst()
  const isAccepted =
    row &&
    row.state !== 'revoked' &&
    row.machine_id === sender.machineId &&
    (row.certificate_serial === sender.serial || row.previous_serial === sender.serial)
  if (!isAccepted) throw notAccepted()
  return row.state
}

function notAccepted(): YaguraError {
  return new YaguraError('FORBIDDEN', 'The certificate of this agent is not accepted any more.', {
    hint: 'Enrol the agent again with a new token.',
  })
}

/** It is alive now. The last statement of the batch, for it locks the row; an agent that was revoked meanwhile is refused all of it. */
async function noteAgent(tx: Tx, sender: BatchSender, stateBefore: string, options: IngestOptions): Promise<void> {
  const noted = await tx
    .updateTable('agents')
    .set({
      state: 'healthy',
      last_seen_at: sql<Date>`greatest(last_seen_at, ${options.receivedAt})`,
      // a batch that was on its way when the agent said goodbye does not take it back
      goodbye_at: sql<Date | null>`case when goodbye_at > ${new Date(options.receivedAt.getTime() - LAST_WORDS_MS)} then goodbye_at end`,
      ...(options.clockSkewMs === null ? {} : { clock_skew_ms: options.clockSkewMs }),
      previous_serial: sql<string | null>`case when certificate_serial <> ${sender.serial} then previous_serial end`,
    })
    .where('id', '=', sender.agentId)
    .where('state', '!=', 'revoked')
    .returning('id')
    .executeTakeFirst()
  if (noted === undefined) throw notAccepted()
  if (stateBefore !== 'silent') return
  await closeGap(tx, { origin: 'server', code: 'AGENT_SILENT', agentId: sender.agentId, now: options.receivedAt })
  await closeSilence(tx, sender.agentId, options.receivedAt)
}

async function noteBatch(tx: Tx, batch: Batch, receivedAt: Date): Promise<boolean> {
  const row = await tx
    .insertInto('agent_batches')
    .values({
      agent_id: batch.agentId,
      boot: batch.boot,
      seq: batch.seq,
      received_at: receivedAt,
      items: batch.items.length,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('seq')
    .executeTakeFirst()
  return row !== undefined
}

async function recordHealth(tx: Tx, reports: readonly AgentHealth[], from: AssetsOfAgent): Promise<void> {
  const latest = reports.reduce<AgentHealth | undefined>(
    (best, report) => (best && Date.parse(best.at) > Date.parse(report.at) ? best : report),
    undefined,
  )
  if (!latest) return
  const at = new Date(latest.at) > from.receivedAt ? from.receivedAt : new Date(latest.at)
  await sql`update agents set health = ${JSON.stringify(latest)}::jsonb, health_at = ${at}
    where id = ${from.agentId} and (health_at is null or health_at <= ${at})`.execute(tx)
}

/** Batches are remembered longer than any agent keeps one. */
export async function forgetOldBatches(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('agent_batches').where('received_at', '<', before).execute()
}

function isMissingPartition(thrown: unknown): boolean {
  const { code, message } = thrown as { code?: string; message?: string }
  return code === '23514' && (message ?? '').includes('no partition')
}
