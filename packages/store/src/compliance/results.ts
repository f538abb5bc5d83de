// Results of checks as people see them. The baseline in force is laid over them by the server, which gives it as plain tests.
import type {
  CheckResult,
  ComplianceMatrix,
  ComplianceSummary,
  Facet,
  StoredCheckResult,
  StoredTransition,
} from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { type RawBuilder, sql } from 'kysely'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityName, severityWord } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const COLUMNS: FilterColumns<'checkResults'> = {
  check: sql`c.check_name`,
  title: sql`c.title`,
  verdict: sql`c.verdict`,
  severity: sql`c.severity`,
  target: sql`c.target`,
  product: sql`c.product`,
  resource: sql`c.resource`,
  asset: sql`a.name`,
  control: sql`c.controls`,
  changedAt: sql`c.changed_at`,
  observedAt: sql`c.observed_at`,
}
const FROM = sql`check_results c left join assets a on a.id = c.asset_id`
const SOURCE: ListSource = {
  columns: sql`c.*, a.name as asset_name`,
  from: FROM,
  id: [sql`c.id`],
  sorts: {
    severity: { expression: sql`c.severity`, type: 'integer' },
    changedAt: { expression: sql`c.changed_at`, type: 'timestamptz' },
    check: { expression: sql`c.check_name`, type: 'text' },
  },
  defaultSort: '-severity',
}

interface ResultRow {
  id: string
  agent_id: string
  asset_id: string | null
  asset_name: string | null
  changed_at: Date
  body: CheckResult
}

/** How the baseline in force changes what is seen; undefined leaves the result out. */
export type SeenAs = (result: CheckResult) => CheckResult | undefined

export interface BaselineView {
  readonly name: string
  readonly seenAs: SeenAs
}

function toResult(row: ResultRow, baseline: BaselineView | null): StoredCheckResult | undefined {
  const seen = baseline === null ? row.body : baseline.seenAs(row.body)
  if (!seen) return undefined
  return {
    ...seen,
    id: row.id,
    agentId: row.agent_id,
    assetId: row.asset_id,
    assetName: row.asset_name ?? '',
    title: seen.title ?? { en: seen.check },
    changedAt: isoTime(row.changed_at),
    baseline: baseline?.name ?? null,
  }
}

export interface CheckResultRequest extends ListRequest {
  readonly asset?: string | undefined
  readonly framework?: string | undefined
  /** Of the framework, matched whole. */
  readonly section?: string | undefined
}

export async function listCheckResults(
  tx: Tx,
  request: CheckResultRequest,
  baseline: BaselineView | null,
): Promise<Page<StoredCheckResult>> {
  const page = await listPage<ResultRow>(tx, SOURCE, conditionsOf(request), request)
  return { ...page, items: page.items.flatMap((row) => toResult(row, baseline) ?? []) }
}

function conditionsOf(
  request: Omit<CheckResultRequest, keyof ListRequest> & Pick<ListRequest, 'filter'>,
): RawBuilder<unknown>[] {
  const filter = readFilter('checkResults', COLUMNS, request.filter)
  return [
    ...(request.asset
      ? [sql`c.asset_id in (select id from assets where id = ${request.asset} or parent_id = ${request.asset})`]
      : []),
    ...(request.framework && request.section
      ? [sql`position(${` ${request.framework}:${request.section} `} in ' ' || c.controls || ' ') > 0`]
      : []),
    ...(request.framework ? [sql`position(${`${request.framework}:`} in c.controls) > 0`] : []),
    ...(filter ? [filter.sql] : []),
  ]
}

export function checkResultFacets(
  tx: Tx,
  request: Omit<CheckResultRequest, keyof ListRequest> & Pick<ListRequest, 'filter'>,
): Promise<Facet[]> {
  return countFacets(tx, FROM, conditionsOf(request), {
    verdict: COLUMNS.verdict,
    severity: severityWord(sql`c.severity`),
    target: COLUMNS.target,
    product: COLUMNS.product,
    asset: COLUMNS.asset,
  })
}

export async function findCheckResult(
  tx: Tx,
  id: string,
  baseline: BaselineView | null,
): Promise<StoredCheckResult | undefined> {
  const { rows } = await sql<ResultRow>`select ${SOURCE.columns} from ${FROM} where c.id = ${id}`.execute(tx)
  return rows[0] && toResult(rows[0], baseline)
}

/** All results, for what is counted over them: bounded, and said when it was cut. */
const COUNTED_MAX = 200_000

export async function readResults(
  tx: Tx,
  target?: string,
): Promise<(CheckResult & { assetId: string | null; assetName: string })[]> {
  const { rows } = await sql<ResultRow>`select c.asset_id, a.name as asset_name,
      c.body - 'evidence' - 'remediation' || jsonb_build_object('evidence', jsonb_path_query_array(c.body, '$.evidence[last]'),
        'remediation', null) as body
    from ${FROM} where ${target === undefined ? sql`true` : sql`c.target = ${target}`} order by c.id limit ${sql.lit(COUNTED_MAX)}`.execute(
    tx,
  )
  return rows.map((row) => ({ ...row.body, assetId: row.asset_id, assetName: row.asset_name ?? '' }))
}

export async function readTrend(tx: Tx): Promise<ComplianceSummary['trend']> {
  const { rows } = await sql<{ hour: Date; pass: number; fail: number; manual: number; error: number }>`
    select distinct on (date_trunc('day', hour at time zone 'UTC')) hour, pass, fail, manual, error from compliance_hours
    order by date_trunc('day', hour at time zone 'UTC') desc, hour desc limit 366`.execute(tx)
  return rows.map(({ hour, pass, fail, manual, error }) => ({ at: isoTime(hour), pass, fail, manual, error })).reverse()
}

const TRANSITION_COLUMNS: FilterColumns<'transitions'> = {
  check: sql`t.check_name`,
  resource: sql`t.resource`,
  asset: sql`a.name`,
  from: sql`t.was`,
  to: sql`t.became`,
  at: sql`t.at`,
}

interface TransitionRow {
  id: string
  asset_id: string | null
  asset_name: string | null
  asset_key: string | null
  check_name: string
  resource: string
  title: StoredTransition['title']
  was: StoredTransition['from']
  became: StoredTransition['to']
  baseline: string | null
  at: Date
}

export async function listTransitions(
  tx: Tx,
  request: ListRequest & { readonly asset?: string | undefined },
): Promise<Page<StoredTransition>> {
  const filter = readFilter('transitions', TRANSITION_COLUMNS, request.filter)
  const page = await listPage<TransitionRow>(
    tx,
    {
      columns: sql`t.*, a.name as asset_name, a.key as asset_key`,
      from: sql`compliance_transitions t left join assets a on a.id = t.asset_id`,
      id: [sql`t.id`],
      sorts: { at: { expression: sql`t.at`, type: 'timestamptz' } },
      defaultSort: '-at',
    },
    [...(request.asset ? [sql`t.asset_id = ${request.asset}`] : []), ...(filter ? [filter.sql] : [])],
    request,
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      check: row.check_name,
      resource: row.resource,
      assetKey: row.asset_key,
      assetId: row.asset_id,
      assetName: row.asset_name ?? '',
      title: row.title,
      from: row.was,
      to: row.became,
      baseline: row.baseline ?? '',
      at: isoTime(row.at),
    })),
  }
}

type Result = CheckResult & { readonly assetId: string | null; readonly assetName: string }
const ASSETS_MAX = 200

/** Counts of every verdict by section and asset. Pure. */
export function matrixOf(results: readonly Result[], framework: ComplianceMatrix['framework']): ComplianceMatrix {
  const assets: ComplianceMatrix['assets'] = []
  const places = new Map<string, number>()
  const rows = new Map<
    string,
    { title: CheckResult['title'] | null; checks: Set<string>; cells: Map<number, number[]> }
  >()
  let leftOut = 0
  for (const result of results) {
    const sections = framework
      ? result.controls.filter((control) => control.framework === framework).map(({ section }) => section)
      : [result.check]
    if (sections.length === 0 || result.verdict === 'not-applicable') continue
    const key = result.assetKey ?? result.resource
    let place = places.get(key)
    if (place === undefined && assets.length >= ASSETS_MAX) {
      leftOut++
      continue
    }
    if (place === undefined) {
      place = assets.length
      places.set(key, place)
      assets.push({ id: result.assetId, key, name: result.assetName || result.resource })
    }
    for (const section of sections) {
      const row = rows.get(section) ?? {
        title: framework ? null : (result.title ?? null),
        checks: new Set(),
        cells: new Map(),
      }
      rows.set(section, row)
      row.checks.add(result.check)
      const cell = row.cells.get(place) ?? [0, 0, 0, 0]
      row.cells.set(place, cell)
      const index = VERDICT_PLACES.indexOf(result.verdict)
      cell[index] = (cell[index] ?? 0) + 1
    }
  }
  return {
    framework,
    assets,
    assetsLeftOut: leftOut,
    rows: [...rows.entries()]
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .slice(0, 1000)
      .map(([section, row]) => ({
        section,
        title: row.title ?? null,
        checks: row.checks.size,
        cells: [...row.cells].map(([asset, [pass = 0, fail = 0, manual = 0, error = 0]]) => ({
          asset,
          pass,
          fail,
          manual,
          error,
        })),
      })),
  }
}

const VERDICT_PLACES = ['pass', 'fail', 'manual', 'error']

/** Pure. */
export function summaryOf(
  results: readonly CheckResult[],
): Pick<ComplianceSummary, 'counts' | 'bySeverity' | 'frameworks'> {
  const counts = { pass: 0, fail: 0, manual: 0, notApplicable: 0, error: 0 }
  const failing = new Map<string, number>()
  const frameworks = new Map<ComplianceSummary['frameworks'][number]['framework'], { pass: number; fail: number }>()
  for (const { verdict, severity, controls } of results) {
    counts[verdict === 'not-applicable' ? 'notApplicable' : verdict]++
    if (verdict === 'fail') failing.set(severity, (failing.get(severity) ?? 0) + 1)
    if (verdict !== 'pass' && verdict !== 'fail') continue
    for (const framework of new Set(controls.map((control) => control.framework))) {
      const count = frameworks.get(framework) ?? { pass: 0, fail: 0 }
      frameworks.set(framework, count)
      count[verdict]++
    }
  }
  const bySeverity = Object.fromEntries(
    SEVERITIES.map((_, rank) => [severityName(rank), failing.get(severityName(rank)) ?? 0]),
  )
  return {
    counts,
    bySeverity: bySeverity as ComplianceSummary['bySeverity'],
    frameworks: [...frameworks].map(([framework, count]) => ({ framework, ...count })),
  }
}
