// Events into their day. The same event sent twice, in whatever batch, is one row.
import type { KernelEvent } from '@yagura/schema'
import { sql } from 'kysely'
import type { AssetsOfAgent } from '../inventory/record-assets.ts'
import type { Tx } from '../store.ts'

export const DAY_MS = 86_400_000
/** Clocks may be a day ahead; what is further ahead, or older than anything kept, counts by its arrival. */
const AHEAD_MS = DAY_MS
export const EVENTS_CHANNEL = 'yagura_events'

export interface PlacedEvent {
  readonly at: Date
  readonly event: KernelEvent
}

export function placeEvents(events: readonly KernelEvent[], receivedAt: Date, retentionDays: number): PlacedEvent[] {
  const earliest = receivedAt.getTime() - retentionDays * DAY_MS
  const latest = receivedAt.getTime() + AHEAD_MS
  return events.map((event) => {
    const at = new Date(event.at)
    return { event, at: at.getTime() >= earliest && at.getTime() <= latest ? at : receivedAt }
  })
}

/** How many were new. */
export async function recordEvents(
  tx: Tx,
  events: readonly PlacedEvent[],
  from: AssetsOfAgent & { tenantId: string },
): Promise<number> {
  if (events.length === 0) return 0
  const rows = events.map(({ at, event }) => ({
    at,
    event_id: event.id,
    type: event.type,
    container_id: event.containerId,
    command: event.command,
    exe: event.exe,
    body: event,
  }))
  const { rows: counted } = await sql<{ stored: number }>`
    with sent as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(at timestamptz, event_id text, type text,
        container_id text, command text, exe text, body jsonb)
    ), places as materialized (
      select distinct on (c.container_id) c.container_id, a.id
      from (select distinct container_id from sent where container_id is not null) c
      join assets a on a.container_id = c.container_id and a.agent_id = ${from.agentId}
    ), stored as (
      insert into events (at, agent_id, event_id, type, asset_id, container_id, command, exe, body)
      select s.at, ${from.agentId}, s.event_id, s.type,
        case when s.container_id is null then (select id from assets where key = ${`host:${from.machineId}`}) else p.id end,
        s.container_id, s.command, s.exe, s.body
      from sent s left join places p on p.container_id = s.container_id
      on conflict do nothing
      returning date_trunc('minute', at) as minute
    ), minutes as (
      insert into event_minutes as known (minute, agent_id, events)
      select minute, ${from.agentId}, count(*) from stored group by minute order by minute
      on conflict (tenant_id, minute, agent_id) do update set events = known.events + excluded.events
    )
    select count(*) as stored from stored`.execute(tx)
  const stored = counted[0]?.stored ?? 0
  if (stored > 0) await sql`select pg_notify(${EVENTS_CHANNEL}, ${from.tenantId})`.execute(tx)
  return stored
}
