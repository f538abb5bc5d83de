// Images with their layers, and the packages over all images.
import type {
  FindingKind,
  FleetPackage,
  Image,
  ImageDetail,
  Layer,
  OperatingSystem,
  SoftwarePackage,
} from '@yagura/schema'
import { sql } from 'kysely'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'
import { answerVersions, isNamed, type VersionQuestion, type VersionVerdict } from './packages-by-version.ts'

export async function findImage(tx: Tx, id: string): Promise<ImageDetail | undefined> {
  const { rows } = await sql<{
    asset_id: string
    image: Omit<Image, 'layers'>
    operating_system: OperatingSystem | null
    scanned_at: Date
    extractor_version: number
    package_count: number
    open_gaps: number
    secrets: number | null
    mistakes: number | null
    key: string
  }>`select i.*, a.key,
      (select count(*) from coverage_gaps g where g.scope = a.key and g.resolved_at is null) as open_gaps,
      case when i.is_searched_for_secrets then ${openOf('secret')} end as secrets,
      case when i.is_searched_for_mistakes then ${openOf('mistake')} end as mistakes
    from images i join assets a on a.id = i.asset_id where i.asset_id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const { rows: layers } = await sql<{ layer: Layer }>`
    select layer from image_layers where asset_id = ${id} order by position`.execute(tx)
  const { rows: containers } = await sql<{ id: string; name: string }>`
    select id, name from assets where image_key = ${row.key} and state <> 'gone' order by name, id limit 500`.execute(
    tx,
  )
  const { rows: introduced } = await sql<ImageDetail['introduced'][number]>`
    select layer as "diffId", count(*) as packages, (array_agg(distinct name))[1:6] as names
    from packages where image_id = ${id} group by layer`.execute(tx)
  return {
    assetId: row.asset_id,
    image: { ...row.image, layers: layers.map(({ layer }) => layer) },
    operatingSystem: row.operating_system,
    scannedAt: isoTime(row.scanned_at),
    extractorVersion: row.extractor_version,
    packages: row.package_count,
    coverageGaps: row.open_gaps,
    secrets: row.secrets,
    mistakes: row.mistakes,
    containers,
    introduced,
  }
}

function openOf(kind: FindingKind) {
  return sql`(select count(*) from findings f where f.asset_id = i.asset_id and f.kind = ${kind} and f.status = 'open')`
}

const COLUMNS: FilterColumns<'packages'> = {
  name: sql`p.name`,
  version: sql`p.version`,
  type: sql`p.type`,
  image: sql`a.name`,
  source: sql`p.source->>'name'`,
  layer: sql`p.layer`,
  severity: sql`p.worst_severity`,
  findings: sql`p.findings`,
}

const SOURCE: ListSource = {
  columns: sql`p.*, a.name as image_name`,
  from: sql`packages p join assets a on a.id = p.image_id`,
  id: [sql`p.id`],
  sorts: {
    name: { expression: sql`p.name`, type: 'text' },
    severity: { expression: sql`coalesce(p.worst_severity, -1)`, type: 'integer' },
  },
  defaultSort: 'name',
}

interface PackageRow {
  id: string
  image_id: string
  image_name: string
  name: string
  version: string
  type: string
  purl: string
  architecture: string | null
  source: SoftwarePackage['source']
  licenses: string[]
  locations: SoftwarePackage['locations']
  layer: string | null
  owned_by: SoftwarePackage['ownedBy']
  vendor: string | null
  module: string | null
  verdict?: VersionVerdict
  worst_severity: number | null
  findings: number
}

function toPackage(row: PackageRow): FleetPackage {
  return {
    id: row.id,
    imageId: row.image_id,
    imageName: row.image_name,
    name: row.name,
    version: row.version,
    type: row.type,
    purl: row.purl,
    architecture: row.architecture,
    source: row.source,
    licenses: row.licenses,
    locations: row.locations,
    layer: row.layer,
    ownedBy: row.owned_by ?? null,
    vendor: row.vendor,
    module: row.module,
    ...(row.verdict ? { versionVerdict: row.verdict } : {}),
    worstSeverity: row.worst_severity === null ? null : severityName(row.worst_severity),
    findings: row.findings,
  }
}

/** Packages of images that are there; those of one image whatever its state. */
export async function listPackages(
  tx: Tx,
  request: ListRequest & VersionQuestion & { image?: string | undefined },
): Promise<Page<FleetPackage>> {
  const filter = readFilter('packages', COLUMNS, request.filter)
  const scope = request.image ? sql`p.image_id = ${request.image}` : sql`a.state <> 'gone'`
  const answered = await answerVersions(tx, request, scope)
  const page = await listPage<PackageRow>(
    tx,
    answered
      ? { ...SOURCE, columns: sql`${SOURCE.columns}, v.verdict`, from: sql`${SOURCE.from} ${answered.join}` }
      : SOURCE,
    [scope, ...(request.name ? [isNamed(request.name)] : []), ...(filter ? [filter.sql] : [])],
    request,
  )
  return { ...page, items: page.items.map(toPackage) }
}

export async function findPackage(tx: Tx, id: string): Promise<FleetPackage | undefined> {
  const { rows } = await sql<PackageRow>`select ${SOURCE.columns} from ${SOURCE.from} where p.id = ${id}`.execute(tx)
  return rows[0] && toPackage(rows[0])
}
