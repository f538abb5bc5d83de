// Matching as a durable queue without a queue: an image whose `matched_with` is not the present advisory database waits.
// A worker locks one such image, and its findings and the mark are written in the same transaction.
import { newId } from '@yagura/kernel'
import type {
  CoverageGapReport,
  OperatingSystem,
  Severity,
  SoftwarePackage,
  VulnerabilityFinding,
} from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { sql } from 'kysely'
import { closeGapsOfScope, recordGap } from '../inventory/coverage-gaps.ts'
import type { Tx } from '../store.ts'

export interface ImageToMatch {
  readonly assetId: string
  readonly key: string
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  /** package → id of its row */
  readonly packageIds: ReadonlyMap<SoftwarePackage, string>
  readonly layerCommands: ReadonlyMap<string, string | null>
}

/** One image that was not matched with this database yet, locked; images that another worker holds are passed over. */
export async function lockImageToMatch(tx: Tx, database: string): Promise<ImageToMatch | undefined> {
  const { rows } = await sql<{ asset_id: string; digest: string; operating_system: OperatingSystem | null }>`
    select asset_id, digest, operating_system from images where matched_with is distinct from ${database}
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

export interface MatchResult {
  readonly findings: readonly MatchedPackage[]
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
  const rows = findingRows(image, result.findings)
  const CHUNK = 2_000
  for (let at = 0; at < rows.length; at += CHUNK)
    await upsertFindings(tx, image.assetId, rows.slice(at, at + CHUNK), now)
  await tx
    .updateTable('findings')
    .set({ status: 'resolved', resolved_at: now })
    .where('asset_id', '=', image.assetId)
    .where('kind', '=', 'vulnerability')
    .where('status', '=', 'open')
    .where('last_seen_at', '<', now)
    .execute()
  await refreshCounts(tx, image.assetId)
  for (const gap of result.coverageGaps)
    await recordGap(tx, { id: newId(), agentId: '', origin: 'match', gap, receivedAt: now })
  await closeGapsOfScope(tx, { scope: image.key, origin: 'match', before: now, now })
  await tx.updateTable('images').set({ matched_with: database }).where('asset_id', '=', image.assetId).execute()
}

const NO_FINDING: ReadonlySet<string> = new Set(['fixed', 'not-affected'])

function findingRows(image: ImageToMatch, matched: readonly MatchedPackage[]) {
  const rows = new Map<string, object>()
  for (const { finding, package: installed, summary, references } of matched) {
    const identity = `${finding.id} ${finding.purl}`
    if (NO_FINDING.has(finding.status) || rows.has(identity)) continue
    rows.set(identity, {
      id: newId(),
      identity,
      package_id: image.packageIds.get(installed) ?? null,
      title: summary ? `${finding.id}: ${summary}`.slice(0, 16_384) : `${finding.id} in ${finding.package}`,
      severity: (SEVERITIES as readonly Severity[]).indexOf(finding.severity),
      vulnerability_id: finding.id,
      verdict: finding.status,
      package_name: finding.package,
      package_version: finding.version,
      package_type: installed.type,
      fixable: finding.fixedIn.length > 0,
      vulnerability: finding,
      summary,
      reference_urls: references,
      locations: installed.locations,
      layer_command: (installed.layer && image.layerCommands.get(installed.layer)) || null,
    })
  }
  return [...rows.values()]
}

async function upsertFindings(tx: Tx, assetId: string, rows: readonly object[], now: Date): Promise<void> {
  await sql`insert into findings as known (id, identity, kind, asset_id, package_id, title, severity, status,
      vulnerability_id, verdict, package_name, package_version, package_type, fixable, vulnerability, summary,
      reference_urls, locations, layer_command, first_seen_at, last_seen_at)
    select r.id, r.identity, 'vulnerability', ${assetId}, r.package_id, r.title, r.severity, 'open', r.vulnerability_id,
      r.verdict, r.package_name, r.package_version, r.package_type, r.fixable, r.vulnerability, r.summary,
      r.reference_urls, r.locations, r.layer_command, ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, identity text, package_id text, title text,
      severity smallint, vulnerability_id text, verdict text, package_name text, package_version text, package_type text,
      fixable boolean, vulnerability jsonb, summary text, reference_urls jsonb, locations jsonb, layer_command text)
    on conflict (asset_id, identity) do update set package_id = excluded.package_id, title = excluded.title,
      severity = excluded.severity, status = 'open', verdict = excluded.verdict, fixable = excluded.fixable,
      vulnerability = excluded.vulnerability, summary = excluded.summary, reference_urls = excluded.reference_urls,
      locations = excluded.locations, layer_command = excluded.layer_command, last_seen_at = excluded.last_seen_at,
      resolved_at = null`.execute(tx)
}

/** Counts that lists show are kept with the image and its packages, so that no page counts a million rows. */
async function refreshCounts(tx: Tx, assetId: string): Promise<void> {
  const names = sql.join(SEVERITIES.map((name) => sql.lit(name)))
  await sql`update assets a set
      finding_counts = coalesce((select jsonb_object_agg((array[${names}])[severity + 1], open) from (
        select severity, count(*) as open from findings where asset_id = ${assetId} and status = 'open' group by severity
      ) as counted), '{}'),
      fixable_findings = (select count(*) from findings where asset_id = ${assetId} and status = 'open' and fixable),
      worst_severity = (select max(severity) from findings where asset_id = ${assetId} and status = 'open')
    where a.id = ${assetId}`.execute(tx)
  await sql`update packages p set findings = coalesce(c.open, 0), worst_severity = c.worst
    from packages q left join (
      select package_id, count(*) as open, max(severity) as worst from findings
      where asset_id = ${assetId} and status = 'open' group by package_id
    ) c on c.package_id = q.id
    where q.image_id = ${assetId} and p.id = q.id
      and (p.findings <> coalesce(c.open, 0) or p.worst_severity is distinct from c.worst)`.execute(tx)
}
