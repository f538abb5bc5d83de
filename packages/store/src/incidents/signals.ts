// Signals as people see them.
import type { Facet, Signal, StoredSignal } from '@yagura/schema'
import { sql } from 'kysely'
import { isOfAsset } from '../inventory/asset-family.ts'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityWord } from '../lists/severity.ts'
import type { Tx } from '../store.ts'

const COLUMNS: FilterColumns<'signals'> = {
  rule: sql`s.rule`,
  grade: sql`s.grade`,
  severity: sql`s.severity`,
  technique: sql`s.technique`,
  tactic: sql`s.tactic`,
  source: sql`s.source`,
  asset: sql`a.name`,
  exe: sql`s.exe`,
  at: sql`s.at`,
}

interface SignalRow {
  body: Signal
  agent_id: string
  asset_id: string | null
  asset_name: string | null
}

const FROM = sql`signals s left join assets a on a.id = s.asset_id`

export function signalFacets(tx: Tx, request: Pick<ListRequest, 'filter'>): Promise<Facet[]> {
  const filter = readFilter('signals', COLUMNS, request.filter)
  return countFacets(tx, FROM, filter ? [filter.sql] : [], {
    grade: COLUMNS.grade,
    severity: severityWord(sql`s.severity`),
    tactic: COLUMNS.tactic,
    rule: COLUMNS.rule,
    asset: COLUMNS.asset,
    source: COLUMNS.source,
  })
}

export async function listSignals(
  tx: Tx,
  request: ListRequest & { readonly asset?: string | undefined },
): Promise<Page<StoredSignal>> {
  const filter = readFilter('signals', COLUMNS, request.filter)
  const page = await listPage<SignalRow>(
    tx,
    {
      columns: sql`s.body, s.agent_id, s.asset_id, a.name as asset_name`,
      from: FROM,
      id: [sql`s.id`],
      sorts: { at: { expression: sql`s.at`, type: 'timestamptz' } },
      defaultSort: '-at',
    },
    [...(request.asset ? [await isOfAsset(tx, sql`s.asset_id`, request.asset)] : []), ...(filter ? [filter.sql] : [])],
    request,
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      ...row.body,
      agentId: row.agent_id,
      assetId: row.asset_id,
      assetName: row.asset_name ?? '',
    })),
  }
}
