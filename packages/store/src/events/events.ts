// Events as people see them: pages by time, and a live order by arrival.
import type { StoredEvent } from '@yagura/schema'
import { type RawBuilder, sql } from 'kysely'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { allOf, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'

const COLUMNS: FilterColumns<'events'> = {
  type: sql`e.type`,
  asset: sql`a.name`,
  command: sql`e.command`,
  exe: sql`e.exe`,
  args: sql`(select string_agg(value, ' ' order by ordinality) from jsonb_array_elements_text(case when e.type = 'exec' then e.body->'args' end) with ordinality)`,
  path: sql`e.body->>'path'`,
  containerId: sql`e.container_id`,
  pid: sql`(e.body->>'pid')::bigint`,
  parentPid: sql`(e.body->>'parentPid')::bigint`,
  uid: sql`(e.body->>'uid')::bigint`,
  exitCode: sql`(e.body->>'exitCode')::bigint`,
  remoteAddress: sql`e.body->>'remoteAddress'`,
  remotePort: sql`(e.body->>'remotePort')::bigint`,
  localPort: sql`(e.body->>'localPort')::bigint`,
  source: sql`e.body->>'source'`,
  at: sql`e.at`,
}

const FROM = sql`events e left join assets a on a.id = e.asset_id`
const SELECTED = sql`e.body, e.agent_id, e.asset_id, a.name as asset_name, a.kind as asset_kind`

interface EventRow {
  body: StoredEvent
  agent_id: string
  asset_id: string | null
  asset_name: string | null
}

function toEvent(row: EventRow): StoredEvent {
  return {
    ...row.body,
    agentId: row.agent_id,
    assetId: row.asset_id,
    assetName: row.asset_name ?? row.body.containerId?.slice(0, 12) ?? '',
  }
}

export interface EventScope {
  readonly filter?: string | undefined
  /** A container, a host with all of its containers, or an image with the containers that run it. */
  readonly asset?: string | undefined
}

export interface EventListRequest extends ListRequest, EventScope {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

function conditionsOf(scope: EventScope): RawBuilder<unknown>[] {
  const filter = readFilter('events', COLUMNS, scope.filter)
  return [
    ...(scope.asset === undefined
      ? []
      : [
          sql`e.asset_id in (select id from assets where id = ${scope.asset} or parent_id = ${scope.asset}
            or image_key = (select key from assets where id = ${scope.asset} and kind = 'image'))`,
        ]),
    ...(filter ? [filter.sql] : []),
  ]
}

export async function listEvents(tx: Tx, request: EventListRequest): Promise<Page<StoredEvent>> {
  const page = await listPage<EventRow>(
    tx,
    {
      columns: SELECTED,
      from: FROM,
      id: [sql`e.agent_id`, sql`e.event_id`],
      sorts: { at: { expression: sql`e.at`, type: 'timestamptz' } },
      defaultSort: '-at',
    },
    [
      ...conditionsOf(request),
      ...(request.from ? [sql`e.at >= ${request.from}::timestamptz`] : []),
      ...(request.to ? [sql`e.at < ${request.to}::timestamptz`] : []),
    ],
    request,
  )
  return { ...page, items: page.items.map(toEvent) }
}

export interface ArrivedEvent {
  readonly cursor: string
  readonly event: StoredEvent
}

export interface Arrivals {
  readonly events: ArrivedEvent[]
  /** Where to go on, also when nothing matched. */
  readonly cursor: string
}

const CURSOR = /^(\d{1,20})(?:-([0-7][0-9A-HJKMNP-TV-Z]{25})-(.{1,64}))?$/s

/** The cursor of "from now on". */
export async function arrivalsFromNow(tx: Tx): Promise<string> {
  const { rows } = await sql<{ now: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as now`.execute(tx)
  return rows[0]?.now ?? '0'
}

/** A cursor as a client may send it back (URL-encoded event ids); undefined for anything else. */
export function isArrivalCursor(text: string): boolean {
  return CURSOR.test(text)
}

/** Events after the cursor in the order of arrival. Transactions still open are waited for, so none is passed over. */
export async function eventsArrived(tx: Tx, after: string, scope: EventScope, limit: number): Promise<Arrivals> {
  const parts = CURSOR.exec(after)
  const position = parts?.[2]
    ? sql`(e.arrival, e.agent_id, e.event_id) > (${parts[1]}::xid8, ${parts[2]}::text, ${parts[3]}::text)`
    : sql`e.arrival >= ${parts?.[1] ?? '0'}::xid8`
  const until = await arrivalsFromNow(tx)
  const { rows } = await sql<EventRow & { arrival: string; event_id: string }>`
    select ${SELECTED}, e.arrival::text as arrival, e.event_id from ${FROM}
    where ${position} and e.arrival < ${until}::xid8 and ${allOf(conditionsOf(scope))}
    order by e.arrival, e.agent_id, e.event_id limit ${sql.lit(limit)}`.execute(tx)
  const events = rows.map((row) => ({
    cursor: `${row.arrival}-${row.agent_id}-${row.event_id}`,
    event: toEvent(row),
  }))
  const last = events.at(-1)
  return { events, cursor: events.length === limit && last ? last.cursor : until }
}
