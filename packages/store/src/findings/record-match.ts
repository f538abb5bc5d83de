// Matching as a durable queue without a queue: an image whose `matched_with` is not the present advisory database waits.
// A worker locks one such image, and its findings and the mark are written in the same transaction.
import { newId } from '@yagura/kernel'
import type {
  CoverageGapReport,
  Image,
  OperatingSystem,
  SoftwarePackage,
  Suppression,
  VulnerabilityFinding,
} from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import { closeGapsOfScope, recordGap } from '../inventory/coverage-gaps.ts'
import type { Tx } from '../store.ts'
import { type FindingRow, writeFindings } from './write-findings.ts'

export interface ImageToMatch {
  readonly assetId: string
  readonly key: string
  /** Names by which statements may speak of it. */
  readonly image: Pick<Image, 'digest' | 'manifestDigest' | 'names'>
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  /** package → id of its row */
  readonly packageIds: ReadonlyMap<SoftwarePackage, string>
  readonly layerCommands: ReadonlyMap<string, string | null>
}

/** One image that was not matched with this database yet, locked; images that another worker holds are passed over. */
export async function lockImageToMatch(tx: Tx, database: string): Promise<ImageToMatch | undefined> {
  const { rows } = await sql<{
    asset_id: string
    digest: string
    image: Omit<Image, 'layers'>
    operating_system: OperatingSystem | null
  }>`select asset_id, digest, image, operating_system from images where matched_with is distinct from ${database}
    order by matched_with nulls first, asset_id limit 1 for update skip locked`.execute(tx)
  const image = rows[0]
  if (!image) return undefined
  const stored = await tx.selectFrom('packages').selectAll().where('image_id', '=', image.asset_id).execute()
  const layers = await tx
    .selectFrom('image_layers')
    .select(['diff_id', 'layer'])
    .where('asset_id', '=', image.asset_id)
    .execute()
  const packageIds = new Map<SoftwarePackage, string>()
  for (const row of stored)
    packageIds.set(
      {
        name: row.name,
        version: row.version,
        type: row.type,
        purl: row.purl,
        architecture: row.architecture,
        source: row.source,
        licenses: row.licenses,
        locations: row.locations,
        layer: row.layer,
        ownedBy: row.owned_by,
        vendor: row.vendor,
        module: row.module,
      },
      row.id,
    )
  return {
    assetId: image.asset_id,
    key: `image:${image.digest}`,
    image: image.image,
    operatingSystem: image.operating_system,
    packages: [...packageIds.keys()],
    packageIds,
    layerCommands: new Map(layers.map((row) => [row.diff_id, row.layer.createdBy])),
  }
}

export interface MatchedPackage {
  readonly finding: VulnerabilityFinding
  readonly package: SoftwarePackage
  readonly summary: string | null
  readonly references: readonly string[]
}

export interface SuppressedMatch extends MatchedPackage {
  readonly suppression: Suppression
}

export interface MatchResult {
  readonly findings: readonly MatchedPackage[]
  readonly suppressed?: readonly SuppressedMatch[]
  readonly coverageGaps: readonly CoverageGapReport[]
}

/** Writes what matching said: new findings open, known ones stay, those not said again are resolved. */
export async function recordMatch(
  tx: Tx,
  image: ImageToMatch,
  result: MatchResult,
  database: string,
  now: Date,
): Promise<void> {
  const rows = [...findingRows(image, result.findings), ...suppressedRows(image, result.suppressed ?? [])]
  await writeFindings(tx, { assetId: image.assetId, kinds: ['vulnerability'], rows: distinct(rows), now })
  for (const gap of result.coverageGaps)
    await recordGap(tx, { id: newId(), agentId: '', origin: 'match', gap, receivedAt: now })
  await closeGapsOfScope(tx, { scope: image.key, origin: 'match', before: now, now })
  await tx.updateTable('images').set({ matched_with: database }).where('asset_id', '=', image.assetId).execute()
}

const NO_FINDING: ReadonlySet<string> = new Set(['fixed', 'not-affected'])

function findingRows(image: ImageToMatch, matched: readonly MatchedPackage[]): FindingRow[] {
  return matched
    .filter(({ finding }) => !NO_FINDING.has(finding.status))
    .map((one) => ({ ...rowOf(image, one), status: 'open' as const }))
}

/** What the maker of the software says does not count is kept, with who says so. */
function suppressedRows(image: ImageToMatch, suppressed: readonly SuppressedMatch[]): FindingRow[] {
  return suppressed.map(({ suppression, ...one }) => ({
    ...rowOf(image, one),
    status: 'suppressed' as const,
    suppression,
  }))
}

/** The first of the same identity counts. */
function distinct(rows: readonly FindingRow[]): FindingRow[] {
  return [...new Map(rows.toReversed().map((row) => [row.identity, row])).values()].toReversed()
}

function rowOf(image: ImageToMatch, { finding, package: installed, summary, references }: MatchedPackage) {
  const { kev, epss, ssvc } = finding
  return {
    id: newId(),
    identity: `${finding.id} ${finding.purl}`,
    kind: 'vulnerability' as const,
    package_id: image.packageIds.get(installed) ?? null,
    title: summary ? `${finding.id}: ${summary}`.slice(0, 16_384) : `${finding.id} in ${finding.package}`,
    severity: severityRank(finding.severity),
    vulnerability_id: finding.id,
    verdict: finding.status,
    package_name: finding.package,
    package_version: finding.version,
    package_type: installed.type,
    fixable: finding.fixedIn.length > 0,
    vulnerability: finding,
    kev_added_at: kev ? `${kev.addedOn}T00:00:00Z` : null,
    epss: epss?.score01 ?? null,
    epss_percentile: epss?.percentile01 ?? null,
    exploitation: ssvc?.exploitation ?? null,
    automatable: ssvc?.automatable ? ssvc.automatable === 'yes' : null,
    summary,
    reference_urls: references,
    locations: installed.locations,
    layer_command: (installed.layer && image.layerCommands.get(installed.layer)) || null,
  }
}
