// Results of checks as people see them: through the baselines in force. Lists, facets, matrix and summary read the same columns.
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
import { isOfAsset } from '../inventory/asset-family.ts'
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
  verdict: sql`c.seen_verdict`,
  severity: sql`c.seen_severity`,
  target: sql`c.target`,
  product: sql`c.product`,
  resource: sql`c.resource`,
  asset: sql`a.name`,
  control: sql`c.controls`,
  changedAt: sql`c.changed_at`,
  observedAt: sql`c.observed_at`,
}
const FROM = sql`check_results c left join assets a on a.id = c.asset_id`
/** What fails before what could not be judged or waits for a person, before what is as it should be; each by severity. */
const URGENCY = sql`(case c.seen_verdict when 'fail' then 40 when 'error' then 30 when 'manual' then 20 when 'pass' then 10
  else 0 end + c.seen_severity)`
const SOURCE: ListSource = {
  columns: sql`c.*, a.name as asset_name`,
  from: FROM,
  id: [sql`c.id`],
  sorts: {
    urgency: { expression: URGENCY, type: 'integer' },
    severity: { expression: sql`c.seen_severity`, type: 'integer' },
    changedAt: { expression: sql`c.changed_at`, type: 'timestamptz' },
    check: { expression: sql`c.check_name`, type: 'text' },
  },
  defaultSort: '-urgency',
}

interface ResultRow {
  id: string
  agent_id: string
  asset_id: string | null
  asset_name: string | null
  changed_at: Date
  body: CheckResult
  seen_verdict: CheckResult['verdict']
  seen_severity: number
  seen_message: CheckResult['message'] | null
  seen_in: string | null
}

function toResult(row: ResultRow): StoredCheckResult {
  const { body } = row
  return {
    ...body,
    verdict: row.seen_verdict,
    severity: severityName(row.seen_severity),
    message: row.seen_message ?? body.message,
    id: row.id,
    agentId: row.agent_id,
    assetId: row.asset_id,
    assetName: row.asset_name ?? '',
    title: body.title ?? { en: body.check },
    changedAt: isoTime(row.changed_at),
    baseline: row.seen_in,
  }
}

/** What belongs to no baseline in force is not seen. */
const IS_SEEN = sql`c.seen_verdict is not null`

export interface CheckResultRequest extends ListRequest {
  readonly asset?: string | undefined
  readonly framework?: string | undefined
  /** Of the framework, matched whole. */
  readonly section?: string | undefined
}

export async function listCheckResults(tx: Tx, request: CheckResultRequest): Promise<Page<StoredCheckResult>> {
  const page = await listPage<ResultRow>(tx, SOURCE, await conditionsOf(tx, request), request)
  return { ...page, items: page.items.map(toResult) }
}

async function conditionsOf(
  tx: Tx,
  request: Omit<CheckResultRequest, keyof ListRequest> & Pick<ListRequest, 'filter'>,
): Promise<RawBuilder<unknown>[]> {
  const filter = readFilter('checkResults', COLUMNS, request.filter)
  return [
    IS_SEEN,
    ...(request.asset ? [await isOfAsset(tx, sql`c.asset_id`, request.asset)] : []),
    ...(request.framework && request.section
      ? [sql`position(${` ${request.framework}:${request.section} `} in ' ' || c.controls || ' ') > 0`]
      : []),
    ...(request.framework ? [sql`position(${`${request.framework}:`} in c.controls) > 0`] : []),
    ...(filter ? [filter.sql] : []),
  ]
}

export async function checkResultFacets(
  tx: Tx,
  request: Omit<CheckResultRequest, keyof ListRequest> & Pick<ListRequest, 'filter'>,
): Promise<Facet[]> {
  return countFacets(tx, FROM, await conditionsOf(tx, request), {
    verdict: COLUMNS.verdict,
    severity: severityWord(sql`c.seen_severity`),
    target: COLUMNS.target,
    product: COLUMNS.product,
    asset: COLUMNS.asset,
  })
}

export async function findCheckResult(tx: Tx, id: string): Promise<StoredCheckResult | undefined> {
  const { rows } =
    await sql<ResultRow>`select ${SOURCE.columns} from ${FROM} where c.id = ${id} and ${IS_SEEN}`.execute(tx)
  return rows[0] && toResult(rows[0])
}

/** Results as they came, with the value that was judged, for a proposal. */
const PROPOSED_FROM_MAX = 200_000

export async function readResults(tx: Tx, target?: string): Promise<CheckResult[]> {
  const { rows } = await sql<{
    body: CheckResult
  }>`select c.body - 'evidence' - 'remediation' || jsonb_build_object('evidence', jsonb_path_query_array(c.body, '$.evidence[last]'),
        'remediation', null) as body
    from ${FROM} where ${target === undefined ? sql`true` : sql`c.target = ${target}`} order by c.id limit ${sql.lit(PROPOSED_FROM_MAX)}`.execute(
    tx,
  )
  return rows.map(({ body }) => body)
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

const ASSETS_MAX = 200
const ROWS_MAX = 1000

interface CellRow {
  section: string
  title: ComplianceMatrix['rows'][number]['title']
  checks: number
  asset_key: string
  asset_id: string | null
  asset_name: string
  pass: number
  fail: number
  manual: number
  error: number
}

/** Counts of every verdict by section, or by check without a framework, and asset; what does not apply is not counted. */
export async function readMatrix(
  tx: Tx,
  framework: ComplianceMatrix['framework'],
  target?: string,
): Promise<ComplianceMatrix> {
  const section = framework
    ? sql`(select distinct k->>'section' from jsonb_array_elements(c.body->'controls') k where k->>'framework' = ${framework})`
    : sql`(values (c.check_name))`
  const { rows } = await sql<CellRow>`
    select s.section, ${framework ? sql`null::jsonb` : sql`(array_agg(c.body->'title'))[1]`} as title,
      coalesce(c.body->>'assetKey', c.resource) as asset_key, c.asset_id, coalesce(a.name, min(c.resource)) as asset_name,
      array_agg(distinct c.check_name) as checks,
      ${sql.join(CELL_VERDICTS.map((verdict) => sql`count(*) filter (where c.seen_verdict = ${verdict})::int as ${sql.ref(verdict)}`))}
    from ${FROM} cross join lateral ${section} s(section)
    where c.seen_verdict <> 'not-applicable' ${target === undefined ? sql`` : sql`and c.target = ${target}`}
    group by s.section, asset_key, c.asset_id, a.name order by s.section, asset_key`.execute(tx)
  return toMatrix(framework, rows as unknown as (Omit<CellRow, 'checks'> & { checks: string[] })[])
}

const CELL_VERDICTS = ['pass', 'fail', 'manual', 'error'] as const

function toMatrix(
  framework: ComplianceMatrix['framework'],
  rows: readonly (Omit<CellRow, 'checks'> & { readonly checks: readonly string[] })[],
): ComplianceMatrix {
  const keys = [...new Map(rows.map((row) => [row.asset_key, row])).values()]
  const shown = keys
    .map(({ asset_key, asset_id, asset_name }) => ({ id: asset_id, key: asset_key, name: asset_name }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .slice(0, ASSETS_MAX)
  const places = new Map(shown.map(({ key }, place) => [key, place]))
  return {
    framework,
    assets: shown,
    assetsLeftOut: keys.length - shown.length,
    rows: [...Map.groupBy(rows, ({ section }) => section)]
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .slice(0, ROWS_MAX)
      .map(([section, own]) => ({
        section,
        title: own[0]?.title ?? null,
        checks: new Set(own.flatMap(({ checks }) => checks)).size,
        cells: own.flatMap(({ asset_key, pass, fail, manual, error }) => {
          const asset = places.get(asset_key)
          return asset === undefined ? [] : [{ asset, pass, fail, manual, error }]
        }),
      })),
  }
}

/** Of everything that is seen. */
export async function readSummary(
  tx: Tx,
): Promise<Pick<ComplianceSummary, 'counts' | 'bySeverity' | 'frameworks' | 'baseline'>> {
  const { rows } = await sql<{ verdict: CheckResult['verdict']; severity: number; count: number }>`
    select c.seen_verdict as verdict, c.seen_severity as severity, count(*)::int as count
    from check_results c where ${IS_SEEN} group by 1, 2`.execute(tx)
  const counts = { pass: 0, fail: 0, manual: 0, notApplicable: 0, error: 0 }
  const failing = new Map<string, number>()
  for (const { verdict, severity, count } of rows) {
    counts[verdict === 'not-applicable' ? 'notApplicable' : verdict] += count
    if (verdict === 'fail') failing.set(severityName(severity), count)
  }
  const frameworks = await sql<ComplianceSummary['frameworks'][number]>`
    select f.framework, count(*) filter (where c.seen_verdict = 'pass')::int as pass,
      count(*) filter (where c.seen_verdict = 'fail')::int as fail
    from check_results c cross join lateral
      (select distinct k->>'framework' as framework from jsonb_array_elements(c.body->'controls') k) f
    where c.seen_verdict in ('pass', 'fail') group by 1 order by 1`.execute(tx)
  const named = await sql<{ name: string | null }>`select string_agg(distinct seen_in, ', ') as name from check_results
    where seen_in is not null`.execute(tx)
  const bySeverity = Object.fromEntries(
    SEVERITIES.map((_, rank) => [severityName(rank), failing.get(severityName(rank)) ?? 0]),
  )
  return {
    baseline: named.rows[0]?.name ?? null,
    counts,
    bySeverity: bySeverity as ComplianceSummary['bySeverity'],
    frameworks: frameworks.rows,
  }
}
