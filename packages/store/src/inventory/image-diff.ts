// Two images side by side: packages that came, went or changed version, and the findings that came and went with them.
// A package is the same one when type and name are; an image may have several versions of it. Lists are bounded, totals are not.
import type { ImageDiff, ImageSide, PackageChange } from '@yagura/schema'
import { sql } from 'kysely'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'
import { orderOfVersions } from './packages-by-version.ts'

const MOST_ROWS = 500
const MOST_VERSIONS = 20

/** Undefined where one of the two is not a scanned image. */
export async function readImageDiff(tx: Tx, beforeId: string, afterId: string): Promise<ImageDiff | undefined> {
  const before = await sideOf(tx, beforeId)
  const after = await sideOf(tx, afterId)
  if (!before || !after) return undefined
  return {
    before,
    after,
    sharedLayers: await countSharedLayers(tx, beforeId, afterId),
    packages: await packageChanges(tx, beforeId, afterId),
    findings: await findingChanges(tx, beforeId, afterId),
  }
}

async function sideOf(tx: Tx, id: string): Promise<ImageSide | undefined> {
  const { rows } = await sql<Omit<ImageSide, 'scannedAt'> & { scanned_at: Date }>`
    select a.id as "assetId", a.name, i.digest, i.scanned_at, i.package_count as packages,
      (select count(*) from image_layers l where l.asset_id = i.asset_id) as layers
    from images i join assets a on a.id = i.asset_id where i.asset_id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const { scanned_at, ...side } = row
  return { ...side, scannedAt: isoTime(scanned_at) }
}

/** From the bottom up: the common base. */
async function countSharedLayers(tx: Tx, beforeId: string, afterId: string): Promise<number> {
  const { rows } = await sql<{ shared: number }>`
    with pairs as (
      select b.position, b.diff_id = a.diff_id as same from image_layers b
      join image_layers a on a.position = b.position and a.asset_id = ${afterId} where b.asset_id = ${beforeId}
    ) select count(*) as shared from pairs
    where same and position < coalesce((select min(position) from pairs where not same), 1000000)`.execute(tx)
  return rows[0]?.shared ?? 0
}

interface ChangeRow {
  change: 'added' | 'removed' | 'changed'
  type: string
  name: string
  id: string
  gone: string[]
  come: string[]
  total: number
}

async function packageChanges(tx: Tx, beforeId: string, afterId: string): Promise<ImageDiff['packages']> {
  const { rows } = await sql<ChangeRow>`
    with named as (
      select type, name, coalesce(min(id) filter (where image_id = ${afterId}), min(id)) as id,
        coalesce(array_agg(distinct version) filter (where image_id = ${beforeId}), '{}') as had,
        coalesce(array_agg(distinct version) filter (where image_id = ${afterId}), '{}') as has
      from packages where image_id in (${beforeId}, ${afterId}) group by type, name
    ), apart as (
      select type, name, id, array(select unnest(had) except select unnest(has) order by 1) as gone,
        array(select unnest(has) except select unnest(had) order by 1) as come
      from named where had <> has
    ), told as (
      select *, case when gone = '{}' then 'added' when come = '{}' then 'removed' else 'changed' end as change from apart
    ), ranked as (
      select *, row_number() over (partition by change order by name, type) as rank,
        count(*) over (partition by change) as total from told
    ) select change, type, name, id, gone, come, total from ranked where rank <= ${sql.lit(MOST_ROWS)}
    order by rank`.execute(tx)
  const listOf = (change: ChangeRow['change']) => {
    const chosen = rows.filter((row) => row.change === change)
    return { items: chosen.map(toPackageChange), total: chosen[0]?.total ?? 0 }
  }
  return { added: listOf('added'), removed: listOf('removed'), changed: listOf('changed') }
}

function toPackageChange({ id, type, name, gone, come }: ChangeRow): PackageChange {
  const [from, to] = [gone[0], come[0]]
  const isPair = gone.length === 1 && come.length === 1 && from !== undefined && to !== undefined
  const order = isPair ? orderOfVersions(type, from, to) : undefined
  return {
    id,
    type,
    name,
    before: gone.slice(0, MOST_VERSIONS),
    after: come.slice(0, MOST_VERSIONS),
    direction: order === -1 ? 'newer' : order === 1 ? 'older' : null,
  }
}

interface FindingRow {
  side: 'appeared' | 'gone' | 'remaining'
  id: string
  kind: string
  title: string
  severity: number
  package_name: string | null
  package_version: string | null
  total: number
}

/** The same finding where kind, vulnerability (or title) and package are the same, whatever the version. Open ones only. */
async function findingChanges(tx: Tx, beforeId: string, afterId: string): Promise<ImageDiff['findings']> {
  const { rows } = await sql<FindingRow>`
    with named as (
      select kind, coalesce(vulnerability_id, title) as what, package_type, package_name,
        bool_or(asset_id = ${beforeId}) as had, bool_or(asset_id = ${afterId}) as has,
        coalesce(min(id) filter (where asset_id = ${afterId}), min(id)) as id
      from findings where asset_id in (${beforeId}, ${afterId}) and status = 'open'
      group by kind, coalesce(vulnerability_id, title), package_type, package_name
    ), ranked as (
      select f.id, f.kind, f.title, f.severity, f.package_name, f.package_version, s.side,
        row_number() over (partition by s.side order by f.severity desc, f.id) as rank,
        count(*) over (partition by s.side) as total
      from named n join findings f on f.id = n.id,
        lateral (select case when n.had and n.has then 'remaining' when n.has then 'appeared' else 'gone' end as side) s
    ) select side, id, kind, title, severity, package_name, package_version, total from ranked
    where rank <= case when side = 'remaining' then 1 else ${sql.lit(MOST_ROWS)} end order by rank`.execute(tx)
  const listOf = (side: FindingRow['side']) => {
    const chosen = rows.filter((row) => row.side === side)
    const items = chosen.map((row) => ({
      id: row.id,
      kind: row.kind as ImageDiff['findings']['gone']['items'][number]['kind'],
      title: row.title,
      severity: severityName(row.severity),
      package: row.package_name,
      version: row.package_version,
    }))
    return { items, total: chosen[0]?.total ?? 0 }
  }
  return { appeared: listOf('appeared'), gone: listOf('gone'), remaining: listOf('remaining').total }
}
