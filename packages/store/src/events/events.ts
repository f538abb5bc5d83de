// Events as people see them: pages by time, and a live order by arrival.
import type { StoredEvent } from '@yagura/schema'
import { type RawBuilder, sql } from 'kysely'
import { isOfAsset } from '../inventory/asset-family.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'

const COLUMNS: FilterColumns<'events'> = {
  type: sql`e.type`,
  asset: sql`a.name`,
  command: sql`e.command`,
  exe: sql`e.exe`,
  args: sql`(select string_agg(value, ' ' order by ordinality) from jsonb_array_elements_text(case when e.type = 'exec' then e.body->'args' end) with ordinality)`,
  path: sql`e.body->>'path'`,
  newPath: sql`e.body->>'newPath'`,
  layer: sql`coalesce(e.body->>'layer', e.body->>'exeLayer')`,
  call: sql`e.body->>'call'`,
  action: sql`e.body->>'action'`,
  name: sql`e.body->>'name'`,
  detail: sql`e.body->>'detail'`,
  capability: sql`e.body->>'capability'`,
  targetExe: sql`e.body->>'targetExe'`,
  targetPid: sql`(e.body->>'targetPid')::bigint`,
  injected: sql`(e.body->>'injected')::boolean`,
  containerId: sql`e.container_id`,
  pid: sql`(e.body->>'pid')::bigint`,
  startNs: sql`e.body->>'startNs'`,
  parentPid: sql`(e.body->>'parentPid')::bigint`,
  uid: sql`(e.body->>'uid')::bigint`,
  exitCode: sql`(e.body->>'exitCode')::bigint`,
  result: sql`(e.body->>'result')::bigint`,
  remoteAddress: sql`e.body->>'remoteAddress'`,
  remotePort: sql`(e.body->>'remotePort')::bigint`,
  localPort: sql`(e.body->>'localPort')::bigint`,
  source: sql`e.body->>'source'`,
  at: sql`e.at`,
}

export const EVENT_TABLES = sql`events e left join assets a on a.id = e.asset_id`
export const EVENT_COLUMNS = sql`e.body, e.agent_id, e.asset_id, a.name as asset_name, a.kind as asset_kind`

export interface EventRow {
  body: StoredEvent
  agent_id: string
  asset_id: string | null
  asset_name: string | null
}

export function toEvent(row: EventRow): StoredEvent {
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

export async function eventConditions(tx: Tx, scope: EventScope): Promise<RawBuilder<unknown>[]> {
  const filter = readFilter('events', COLUMNS, scope.filter)
  return [
    ...(scope.asset === undefined ? [] : [await isOfAsset(tx, sql`e.asset_id`, scope.asset)]),
    ...(filter ? [filter.sql] : []),
  ]
}

export async function listEvents(tx: Tx, request: EventListRequest): Promise<Page<StoredEvent>> {
  const page = await listPage<EventRow>(
    tx,
    {
      columns: EVENT_COLUMNS,
      from: EVENT_TABLES,
      id: [sql`e.agent_id`, sql`e.event_id`],
      sorts: { at: { expression: sql`e.at`, type: 'timestamptz' } },
      defaultSort: '-at',
    },
    [
      ...(await eventConditions(tx, request)),
      ...(request.from ? [sql`e.at >= ${request.from}::timestamptz`] : []),
      ...(request.to ? [sql`e.at < ${request.to}::timestamptz`] : []),
    ],
    request,
  )
  return { ...page, items: page.items.map(toEvent) }
}
