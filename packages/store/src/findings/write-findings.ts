// Findings of one asset, written by whoever judges it: known ones stay the same rows, those not said again are resolved, counts follow.
import type { FindingKind, FindingStatus } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { sql } from 'kysely'
import type { Tx } from '../store.ts'

/** A row of `findings`, by the names of its columns. What is left out is NULL. */
export interface FindingRow {
  readonly id: string
  /** The same for the same fact about the same asset. */
  readonly identity: string
  readonly kind: FindingKind
  readonly title: string
  /** Rank. */
  readonly severity: number
  readonly status: FindingStatus
  readonly package_id?: string | null
  readonly vulnerability_id?: string
  readonly verdict?: string
  readonly package_name?: string
  readonly package_version?: string
  readonly package_type?: string
  readonly fixable?: boolean
  readonly vulnerability?: object
  readonly evidence?: object
  readonly check_name?: string
  readonly path?: string | null
  readonly suppression?: object | null
  readonly kev_added_at?: string | null
  readonly epss?: number | null
  readonly epss_percentile?: number | null
  readonly exploitation?: string | null
  readonly automatable?: boolean | null
  readonly summary?: string | null
  readonly reference_urls?: readonly string[]
  readonly locations: readonly { readonly path: string; readonly layer: string | null }[]
  readonly layer_command?: string | null
}

const COLUMNS = {
  package_id: 'text',
  title: 'text',
  severity: 'smallint',
  status: 'text',
  vulnerability_id: 'text',
  verdict: 'text',
  package_name: 'text',
  package_version: 'text',
  package_type: 'text',
  fixable: 'boolean',
  vulnerability: 'jsonb',
  evidence: 'jsonb',
  check_name: 'text',
  path: 'text',
  suppression: 'jsonb',
  kev_added_at: 'timestamptz',
  epss: 'double precision',
  epss_percentile: 'double precision',
  exploitation: 'text',
  automatable: 'boolean',
  summary: 'text',
  reference_urls: 'jsonb',
  locations: 'jsonb',
  layer_command: 'text',
} as const satisfies Partial<Record<keyof FindingRow, string>>

const CHUNK = 2_000

/** All findings that are said now of the kinds of one asset. */
export async function writeFindings(
  tx: Tx,
  {
    assetId,
    kinds,
    rows,
    now,
  }: { assetId: string; kinds: readonly FindingKind[]; rows: readonly FindingRow[]; now: Date },
): Promise<void> {
  for (let at = 0; at < rows.length; at += CHUNK) await upsert(tx, assetId, rows.slice(at, at + CHUNK), now)
  await tx
    .updateTable('findings')
    .set({ status: 'resolved', resolved_at: now })
    .where('asset_id', '=', assetId)
    .where('kind', 'in', [...kinds])
    .where('status', '<>', 'resolved')
    .where('last_seen_at', '<', now)
    .execute()
  await refreshCounts(tx, assetId)
}

/** Findings that come one by one: others of the asset stay as they are. */
export async function addFindings(
  tx: Tx,
  { assetId, rows, now }: { assetId: string; rows: readonly FindingRow[]; now: Date },
): Promise<void> {
  await upsert(tx, assetId, rows, now)
  await refreshCounts(tx, assetId)
}

async function upsert(tx: Tx, assetId: string, rows: readonly FindingRow[], now: Date): Promise<void> {
  const names = Object.keys(COLUMNS)
  const list = (write: (name: string) => string) => sql.raw(names.map(write).join(', '))
  const types = sql.raw(
    Object.entries(COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', '),
  )
  const given = rows.map((row) => ({ fixable: false, reference_urls: [], ...row }))
  // JSON's null in a jsonb column is SQL's NULL
  const value = (name: string) =>
    COLUMNS[name as keyof typeof COLUMNS] === 'jsonb' ? `nullif(r.${name}, 'null')` : `r.${name}`
  await sql`insert into findings as known (id, identity, kind, asset_id, first_seen_at, last_seen_at, ${list((name) => name)})
    select r.id, r.identity, r.kind, ${assetId}, ${now}, ${now}, ${list(value)}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(id text, identity text, kind text, ${types})
    on conflict (asset_id, identity) do update set ${list((name) => `${name} = excluded.${name}`)},
      last_seen_at = excluded.last_seen_at, resolved_at = null`.execute(tx)
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
