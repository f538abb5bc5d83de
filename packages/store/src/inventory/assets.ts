// Assets as people see them.
import type { Asset, AssetDetail, AssetFacts, AssetKind, Facet } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { type RawBuilder, sql } from 'kysely'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

/** A container shows the findings of the image it runs. */
const FROM = sql`assets a left join assets i on i.tenant_id = a.tenant_id and i.key = a.image_key`
const WORST = sql`coalesce(i.worst_severity, a.worst_severity)`

const COLUMNS: FilterColumns<'assets'> = {
  name: sql`a.name`,
  kind: sql`a.kind`,
  state: sql`a.state`,
  severity: WORST,
  runtime: sql`a.facts->>'runtime'`,
  image: sql`a.facts->>'imageName'`,
  namespace: sql`a.facts->>'namespace'`,
  pod: sql`a.facts->'pod'->>'name'`,
  user: sql`a.facts->>'user'`,
  privileged: sql`(a.facts->>'privileged')::boolean`,
  os: sql`a.facts->>'os'`,
  kernel: sql`a.facts->>'kernel'`,
  architecture: sql`a.facts->>'architecture'`,
  key: sql`a.key`,
  firstSeenAt: sql`a.first_seen_at`,
  lastSeenAt: sql`a.last_seen_at`,
}

const SOURCE: ListSource = {
  columns: sql`a.*, i.id as image_id, case when i.id is null then a.finding_counts else i.finding_counts end as counts`,
  from: FROM,
  id: [sql`a.id`],
  sorts: {
    name: { expression: sql`a.name`, type: 'text' },
    kind: { expression: sql`a.kind`, type: 'text' },
    state: { expression: sql`a.state`, type: 'text' },
    severity: { expression: sql`coalesce(i.worst_severity, a.worst_severity, -1)`, type: 'integer' },
    firstSeenAt: { expression: sql`a.first_seen_at`, type: 'timestamptz' },
    lastSeenAt: { expression: sql`a.last_seen_at`, type: 'timestamptz' },
  },
  defaultSort: 'name',
}

interface AssetRow {
  id: string
  key: string
  kind: string
  name: string
  parent_id: string | null
  agent_id: string | null
  state: string
  facts: AssetFacts
  first_seen_at: Date
  last_seen_at: Date
  counts: Record<string, number>
  image_id: string | null
}

function toAsset(row: AssetRow): Asset {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind as AssetKind,
    name: row.name,
    parentId: row.parent_id,
    agentId: row.agent_id,
    state: row.state as Asset['state'],
    facts: row.facts,
    firstSeenAt: isoTime(row.first_seen_at),
    lastSeenAt: isoTime(row.last_seen_at),
    findingCounts: row.counts,
  }
}

/** What is there now, unless the filter speaks of the state itself. */
function conditionsOf(text: string | undefined, state: 'live' | 'all'): RawBuilder<unknown>[] {
  const filter = readFilter('assets', COLUMNS, text)
  const onlyLive = state === 'live' && !filter?.fields.has('state')
  return [...(onlyLive ? [sql`a.state <> 'gone'`] : []), ...(filter ? [filter.sql] : [])]
}

export interface AssetListRequest extends ListRequest {
  readonly kind?: AssetKind | undefined
  readonly parent?: string | undefined
  readonly state: 'live' | 'all'
}

export async function listAssets(tx: Tx, request: AssetListRequest): Promise<Page<Asset>> {
  const page = await listPage<AssetRow>(
    tx,
    SOURCE,
    [
      ...conditionsOf(request.filter, request.state),
      ...(request.kind ? [sql`a.kind = ${request.kind}`] : []),
      ...(request.parent ? [sql`a.parent_id = ${request.parent}`] : []),
    ],
    request,
  )
  return { ...page, items: page.items.map(toAsset) }
}

export async function findAsset(tx: Tx, id: string): Promise<AssetDetail | undefined> {
  const { rows } = await sql<AssetRow>`select ${SOURCE.columns} from ${FROM} where a.id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const { rows: path } = await sql<{ id: string; kind: string; name: string }>`
    with recursive up as (
      select id, kind, name, parent_id, 0 as depth from assets where id = ${row.parent_id}
      union all
      select p.id, p.kind, p.name, p.parent_id, up.depth + 1 from assets p join up on p.id = up.parent_id where up.depth < 8
    ) select id, kind, name from up order by depth desc`.execute(tx)
  const { rows: children } = await sql<{ kind: string; count: number }>`
    select kind, count(*) as count from assets where parent_id = ${id} and state <> 'gone' group by kind`.execute(tx)
  return {
    ...toAsset(row),
    path,
    childCounts: Object.fromEntries(children.map((child) => [child.kind, child.count])),
    imageId: row.image_id,
  }
}

export async function assetFacets(tx: Tx, filter: string | undefined): Promise<Facet[]> {
  return countFacets(tx, FROM, conditionsOf(filter, 'live'), {
    kind: COLUMNS.kind,
    state: COLUMNS.state,
    severity: sql`(array[${sql.join(SEVERITIES.map((name) => sql.lit(name)))}])[${WORST} + 1]`,
    runtime: COLUMNS.runtime,
    image: COLUMNS.image,
    os: COLUMNS.os,
  })
}
