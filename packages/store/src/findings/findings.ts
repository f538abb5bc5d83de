// Findings as people see them.
import type {
  Facet,
  Finding,
  ImageMistake,
  ImageSecret,
  MistakeFinding,
  RuntimeFinding,
  SecretFinding,
  Suppression,
  VulnerabilityFinding,
} from '@yagura/schema'
import { type RawBuilder, sql } from 'kysely'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityName, severityWord } from '../lists/severity.ts'
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
  kev: sql`(f.kev_added_at is not null)`,
  kevAddedAt: sql`f.kev_added_at`,
  epss: sql`f.epss`,
  epssPercentile: sql`f.epss_percentile`,
  exploitation: sql`f.exploitation`,
  automatable: sql`f.automatable`,
  check: sql`f.check_name`,
  path: sql`f.path`,
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
    epss: { expression: sql`coalesce(f.epss, -1)`, type: 'double precision' },
    kev: { expression: sql`coalesce(f.kev_added_at, '-infinity'::timestamptz)`, type: 'timestamptz' },
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
  evidence: unknown
  suppression: Suppression | null
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
    secret: row.kind === 'secret' ? (row.evidence as SecretFinding) : null,
    mistake: row.kind === 'mistake' ? (row.evidence as MistakeFinding) : null,
    runtime: row.kind === 'runtime' ? (row.evidence as RuntimeFinding) : null,
    suppression: row.suppression,
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
  readonly kind?: Finding['kind'] | undefined
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
      ...(request.kind ? [sql`f.kind = ${request.kind}`] : []),
    ],
    request,
  )
  return { ...page, items: page.items.map(toFinding) }
}

/** Secrets of one image with the findings they are; undefined: there is no such image. */
export async function listImageSecrets(
  tx: Tx,
  id: string,
  request: ListRequest,
): Promise<Page<ImageSecret> | undefined> {
  return listOfImage(tx, id, 'secret', request, (row) => row.evidence as SecretFinding)
}

export async function listImageMistakes(
  tx: Tx,
  id: string,
  request: ListRequest,
): Promise<Page<ImageMistake> | undefined> {
  return listOfImage(tx, id, 'mistake', request, (row) => ({
    ...(row.evidence as MistakeFinding),
    createdBy: row.layer_command,
  }))
}

async function listOfImage<T>(
  tx: Tx,
  id: string,
  kind: Finding['kind'],
  request: ListRequest,
  evidenceOf: (row: FindingRow) => T,
) {
  const image = await tx.selectFrom('images').select('asset_id').where('asset_id', '=', id).executeTakeFirst()
  if (!image) return undefined
  const conditions = [...conditionsOf(request.filter), sql`f.asset_id = ${id}`, sql`f.kind = ${kind}`]
  const page = await listPage<FindingRow>(tx, SOURCE, conditions, request)
  const items = page.items.map((row) => ({
    ...evidenceOf(row),
    findingId: row.id,
    status: row.status as Finding['status'],
    firstSeenAt: isoTime(row.first_seen_at),
  }))
  return { ...page, items }
}

export async function findFinding(tx: Tx, id: string): Promise<Finding | undefined> {
  const { rows } = await sql<FindingRow>`select ${SOURCE.columns} from ${FROM} where f.id = ${id}`.execute(tx)
  return rows[0] && toFinding(rows[0])
}

export async function findingFacets(tx: Tx, filter: string | undefined): Promise<Facet[]> {
  return countFacets(tx, FROM, conditionsOf(filter), {
    severity: severityWord(COLUMNS.severity),
    kind: COLUMNS.kind,
    verdict: COLUMNS.verdict,
    kev: COLUMNS.kev,
    exploitation: COLUMNS.exploitation,
    check: COLUMNS.check,
    fixable: COLUMNS.fixable,
    type: COLUMNS.type,
    package: COLUMNS.package,
    asset: COLUMNS.asset,
  })
}
