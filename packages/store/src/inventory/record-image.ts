// What a scan of an image brought out. A newer report replaces the packages; matching then starts again for this image.
import { newId } from '@yagura/kernel'
import type { ImageReport } from '@yagura/schema'
import { sql } from 'kysely'
import { recordInspection } from '../findings/record-inspection.ts'
import type { Tx } from '../store.ts'
import { notAfter } from '../time.ts'
import { closeGapsOfScope, recordGap } from './coverage-gaps.ts'
import { type AssetsOfAgent, recordAssets } from './record-assets.ts'

/** Stores the report; false when it names no digest or a better one is there already. */
export async function recordImage(tx: Tx, report: ImageReport, from: AssetsOfAgent): Promise<boolean> {
  const { image } = report
  if (!image.digest) return false
  const key = `image:${image.digest}`
  const scannedAt = notAfter(report.scannedAt, from.receivedAt)
  const assetId = (await idOfAsset(tx, key)) ?? (await makeImageAsset(tx, key, report, from))
  const { layers, ...described } = image
  const { rows } = await sql`
    insert into images as known (asset_id, digest, image, operating_system, scanned_at, extractor_version, package_count, gap_count)
    values (${assetId}, ${image.digest}, ${JSON.stringify(described)}::jsonb,
      ${report.operatingSystem && JSON.stringify(report.operatingSystem)}::jsonb, ${scannedAt},
      ${report.extractorVersion}, ${report.packages.length}, ${report.coverageGaps.length})
    on conflict (asset_id) do update set image = excluded.image, operating_system = excluded.operating_system,
      scanned_at = excluded.scanned_at, extractor_version = excluded.extractor_version,
      package_count = excluded.package_count, gap_count = excluded.gap_count, matched_with = null
    where known.extractor_version <= excluded.extractor_version and known.scanned_at <= excluded.scanned_at
    returning known.asset_id`.execute(tx)
  if (rows.length === 0) return false
  await replaceLayers(tx, assetId, layers)
  await replacePackages(tx, assetId, report.packages)
  await recordInspection(tx, assetId, report, from.receivedAt)
  for (const gap of report.coverageGaps)
    await recordGap(tx, { id: newId(), agentId: '', origin: 'report', gap, receivedAt: from.receivedAt })
  await closeGapsOfScope(tx, { scope: key, origin: 'report', before: scannedAt, now: from.receivedAt })
  return true
}

async function idOfAsset(tx: Tx, key: string): Promise<string | undefined> {
  const row = await tx.selectFrom('assets').select('id').where('key', '=', key).executeTakeFirst()
  return row?.id
}

async function makeImageAsset(tx: Tx, key: string, report: ImageReport, from: AssetsOfAgent): Promise<string> {
  const { image } = report
  await recordAssets(
    tx,
    [
      {
        key,
        name: image.names[0] ?? image.digest ?? key,
        parentKey: null,
        facts: {
          kind: 'image',
          digest: image.digest ?? '',
          manifestDigest: image.manifestDigest,
          names: image.names.slice(0, 64),
          os: report.operatingSystem?.prettyName ?? null,
          architecture: image.architecture,
          createdAt: image.createdAt,
          sizeBytes: null,
        },
        state: 'present',
        observedAt: report.scannedAt,
      },
    ],
    from,
  )
  const row = await tx.selectFrom('assets').select('id').where('key', '=', key).executeTakeFirstOrThrow()
  return row.id
}

async function replaceLayers(tx: Tx, assetId: string, layers: ImageReport['image']['layers']): Promise<void> {
  await tx.deleteFrom('image_layers').where('asset_id', '=', assetId).execute()
  await sql`insert into image_layers (asset_id, position, diff_id, layer)
    select ${assetId}, l.position, l.layer->>'diffId', l.layer
    from jsonb_to_recordset(${JSON.stringify(layers.map((layer, position) => ({ position, layer })))}::jsonb)
      as l(position integer, layer jsonb)`.execute(tx)
}

/** A package that was there before keeps its id: links to it and its findings stay good. */
async function replacePackages(tx: Tx, assetId: string, packages: ImageReport['packages']): Promise<void> {
  const known = new Map<string, string[]>()
  const before = await tx
    .selectFrom('packages')
    .select(['id', 'purl', 'version'])
    .where('image_id', '=', assetId)
    .orderBy('id')
    .execute()
  for (const row of before)
    known.set(`${row.purl}\n${row.version}`, [...(known.get(`${row.purl}\n${row.version}`) ?? []), row.id])
  await tx.deleteFrom('packages').where('image_id', '=', assetId).execute()
  const CHUNK = 5_000
  for (let at = 0; at < packages.length; at += CHUNK) {
    const rows = packages
      .slice(at, at + CHUNK)
      .map((one) => ({ ...one, id: known.get(`${one.purl}\n${one.version}`)?.shift() ?? newId() }))
    await sql`insert into packages (id, image_id, name, version, type, purl, architecture, source, licenses, locations, layer,
        owned_by, vendor, module)
      select p.id, ${assetId}, p.name, p.version, p.type, p.purl, p.architecture,
        case when jsonb_typeof(p.source) = 'object' then p.source end, p.licenses, p.locations, p.layer,
        case when jsonb_typeof(p."ownedBy") = 'object' then p."ownedBy" end, p.vendor, p.module
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id text, name text, version text, type text, purl text,
        architecture text, source jsonb, licenses jsonb, locations jsonb, layer text,
        "ownedBy" jsonb, vendor text, module text)`.execute(tx)
  }
}
