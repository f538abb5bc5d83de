// Findings as people see them.
import type { Facet, Finding, Severity, VulnerabilityFinding } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { type RawBuilder, sql } from 'kysely'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const RUNNING = sql`a.key in (select image_key from assets where state = 'running' and image_key is not null)`

const COLUMNS: FilterColumns<'findings'> = {
  severity: sql`f.severity`,
  status: sql`f.status`,
  kind: sql`f.kind`,
  id: sql`f.vulnerability_id`,
  verdict: sql`f.verdict`,
  title: sql`f.title`,
  asset: sql`a.name`,
  package: sql`f.package_name`,
  version: sql`f.package_version`,
  type: sql`f.package_type`,
  fixable: sql`f.fixable`,
  running: RUNNING,
  firstSeenAt: sql`f.first_seen_at`,
  lastSeenAt: sql`f.last_seen_at`,
}

const FROM = sql`findings f join assets a on a.id = f.asset_id`

const SOURCE: ListSource = {
  columns: sql`f.*, a.name as asset_name,
    (select count(*) from assets c where c.image_key = a.key and c.state = 'running') as running_containers`,
  from: FROM,
  id: [sql`f.id`],
  sorts: {
    severity: { expression: sql`f.severity`, type: 'integer' },
    firstSeenAt: { expression: sql`f.first_seen_at`, type: 'timestamptz' },
  },
  defaultSort: '-severity',
}

interface FindingRow {
  id: string
  kind: string
  asset_id: string
  asset_name: string
  title: string
  severity: number
  status: string
  vulnerability: VulnerabilityFinding | null
  summary: string | null
  reference_urls: string[]
  locations: { path: string; layer: string | null }[]
  layer_command: string | null
  running_containers: number
  first_seen_at: Date
  last_seen_at: Date
  resolved_at: Date | null
}

function toFinding(row: FindingRow): Finding {
  return {
    id: row.id,
    kind: row.kind as Finding['kind'],
    assetId: row.asset_id,
    assetName: row.asset_name,
    title: row.title,
    severity: severityName(row.severity),
    status: row.status as Finding['status'],
    vulnerability: row.vulnerability,
    summary: row.summary,
    references: row.reference_urls,
    locations: row.locations,
    layerCommand: row.layer_command,
    runningContainers: row.running_containers,
    firstSeenAt: isoTime(row.first_seen_at),
    lastSeenAt: isoTime(row.last_seen_at),
    resolvedAt: row.resolved_at && isoTime(row.resolved_at),
  }
}

/** Open ones, unless the filter speaks of the status itself. */
function conditionsOf(text: string | undefined): RawBuilder<unknown>[] {
  const filter = readFilter('findings', COLUMNS, text)
  return [...(filter?.fields.has('status') ? [] : [sql`f.status = 'open'`]), ...(filter ? [filter.sql] : [])]
}

export interface FindingListRequest extends ListRequest {
  /** An image, or a container: then those of its image. */
  readonly asset?: string | undefined
  readonly package?: string | undefined
}

export async function listFindings(tx: Tx, request: FindingListRequest): Promise<Page<Finding>> {
  const page = await listPage<FindingRow>(
    tx,
    SOURCE,
    [
      ...conditionsOf(request.filter),
      ...(request.asset
        ? [
            sql`f.asset_id in (select ${request.asset}::text union all
              select i.id from assets c join assets i on i.key = c.image_key where c.id = ${request.asset})`,
          ]
        : []),
      ...(request.package ? [sql`f.package_id = ${request.package}`] : []),
    ],
    request,
  )
  return { ...page, items: page.items.map(toFinding) }
}

export async function findFinding(tx: Tx, id: string): Promise<Finding | undefined> {
  const { rows } = await sql<FindingRow>`select ${SOURCE.columns} from ${FROM} where f.id = ${id}`.execute(tx)
  return rows[0] && toFinding(rows[0])
}

export async function findingFacets(tx: Tx, filter: string | undefined): Promise<Facet[]> {
  const severities = SEVERITIES.map((name: Severity) => sql.lit(name))
  return countFacets(tx, FROM, conditionsOf(filter), {
    severity: sql`(array[${sql.join(severities)}])[f.severity + 1]`,
    kind: COLUMNS.kind,
    verdict: COLUMNS.verdict,
    fixable: COLUMNS.fixable,
    type: COLUMNS.type,
    package: COLUMNS.package,
    asset: COLUMNS.asset,
  })
}
