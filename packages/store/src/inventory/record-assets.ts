// Assets as agents report them. Reports may come twice and out of order: what was observed later wins.
import { newId } from '@yagura/kernel'
import type { AssetReport } from '@yagura/schema'
import { sql } from 'kysely'
import type { Tx } from '../store.ts'
import { notAfter } from '../time.ts'

export interface AssetsOfAgent {
  readonly agentId: string
  readonly machineId: string
  readonly receivedAt: Date
}

/** Keys of the hosts and containers of a machine say whose they are: an agent reports on its own machine only. */
export function belongsToMachine(key: string, machineId: string): boolean {
  if (key.startsWith('host:')) return key === `host:${machineId}`
  if (key.startsWith('container:')) return key.startsWith(`container:${machineId}/`)
  return true
}

export async function recordAssets(tx: Tx, reports: readonly AssetReport[], from: AssetsOfAgent): Promise<void> {
  const latest = latestByKey(reports)
  if (latest.length === 0) return
  const rows = latest.map((report) => ({
    id: newId(),
    key: report.key,
    kind: report.facts.kind,
    name: report.name,
    parent_key: report.parentKey,
    image_key:
      report.facts.kind === 'container' && report.facts.imageDigest ? `image:${report.facts.imageDigest}` : null,
    container_id: report.facts.kind === 'container' ? report.facts.containerId : null,
    state: report.state,
    facts: report.facts,
    at: notAfter(report.observedAt, from.receivedAt),
  }))
  const { rows: recorded } = await sql<{ id: string; key: string; container_id: string | null; is_new: boolean }>`
    insert into assets as known (id, key, kind, name, parent_id, parent_key, image_key, container_id, agent_id, state,
      facts, first_seen_at, last_seen_at, observed_at)
    select r.id, r.key, r.kind, r.name, p.id, r.parent_key, r.image_key, r.container_id, ${from.agentId}, r.state,
      r.facts, r.at, r.at, r.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, key text, kind text, name text, parent_key text,
      image_key text, container_id text, state text, facts jsonb, at timestamptz)
    left join assets p on p.key = r.parent_key
    order by r.key
    on conflict (tenant_id, key) do update set
      name = excluded.name, parent_id = coalesce(excluded.parent_id, known.parent_id), parent_key = excluded.parent_key,
      image_key = excluded.image_key, container_id = excluded.container_id, agent_id = excluded.agent_id,
      state = excluded.state, facts = excluded.facts, last_seen_at = excluded.last_seen_at,
      observed_at = excluded.observed_at
    where known.observed_at <= excluded.observed_at
    returning known.id, known.key, known.container_id, known.xmax = 0 as is_new`.execute(tx)
  await linkParents(
    tx,
    recorded.map((row) => row.key),
  )
  await recordSightings(tx, rows, from)
  await placeEarlierEvents(
    tx,
    recorded.filter((row) => row.is_new),
    from,
  )
}

function latestByKey(reports: readonly AssetReport[]): AssetReport[] {
  const latest = new Map<string, AssetReport>()
  for (const report of reports) {
    const other = latest.get(report.key)
    if (!other || Date.parse(other.observedAt) <= Date.parse(report.observedAt)) latest.set(report.key, report)
  }
  return [...latest.values()]
}

/** Children that came before their parent find it now; so does a batch whose parents stand behind the children. */
async function linkParents(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await sql`update assets child set parent_id = parent.id from assets parent
    where child.parent_id is null and child.parent_key = parent.key and parent.tenant_id = child.tenant_id
      and parent.key = any(${keys})`.execute(tx)
}

async function recordSightings(
  tx: Tx,
  rows: readonly { key: string; kind: string; state: string; at: Date }[],
  from: AssetsOfAgent,
): Promise<void> {
  const seen = rows.filter((row) => (row.kind === 'container' || row.kind === 'image') && row.state !== 'gone')
  if (seen.length === 0) return
  await sql`insert into sightings as known (agent_id, asset_id, observed_at)
    select ${from.agentId}, a.id, r.at
    from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as r(key text, at timestamptz)
    join assets a on a.key = r.key
    order by a.id
    on conflict (tenant_id, agent_id, asset_id) do update set observed_at = excluded.observed_at
    where known.observed_at < excluded.observed_at`.execute(tx)
}

/** Events of a container can come before its description. */
async function placeEarlierEvents(
  tx: Tx,
  assets: readonly { id: string; container_id: string | null }[],
  from: AssetsOfAgent,
): Promise<void> {
  const containers = assets.filter((asset) => asset.container_id !== null)
  if (containers.length === 0) return
  const since = new Date(from.receivedAt.getTime() - 24 * 3_600_000)
  await sql`update events e set asset_id = c.id
    from jsonb_to_recordset(${JSON.stringify(containers)}::jsonb) as c(id text, container_id text)
    where e.asset_id is null and e.container_id = c.container_id and e.agent_id = ${from.agentId}
      and e.at > ${since}`.execute(tx)
}

/**
 * The node's whole inventory: containers and images it does not have any more are gone, unless another node has them. While some
 * runtime could not be read its containers stay, and all images: of those it is not known whose they are.
 */
export async function recordInventory(
  tx: Tx,
  inventory: { keys: readonly string[]; unread?: readonly string[] | undefined; observedAt: string },
  from: AssetsOfAgent,
): Promise<void> {
  const at = notAfter(inventory.observedAt, from.receivedAt)
  const unread = inventory.unread ?? []
  await sql`with lost as (
      delete from sightings s using assets a
      where a.id = s.asset_id and s.agent_id = ${from.agentId} and s.observed_at < ${at}
        and not (a.key = any(${inventory.keys}))
        and (cardinality(${unread}::text[]) = 0
          or (a.kind = 'container' and not (coalesce(a.facts->>'runtime', '') = any(${unread}::text[]))))
      returning s.asset_id
    )
    update assets a set state = 'gone', observed_at = ${at}
    where a.id in (select asset_id from lost) and a.observed_at <= ${at}
      and not exists (select 1 from sightings o where o.asset_id = a.id and o.agent_id <> ${from.agentId})`.execute(tx)
}

/** Images this agent has that nobody has described yet, or only with older extractors than its own. */
export async function imagesWanted(tx: Tx, agentId: string): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`
    select a.facts->>'digest' as digest from sightings s join assets a on a.id = s.asset_id
      join agents g on g.id = s.agent_id
    where s.agent_id = ${agentId} and a.kind = 'image' and not exists (
      select 1 from images i where i.asset_id = a.id
        and i.extractor_version >= coalesce((g.health->>'extractorVersion')::integer, 0)
    )
    order by a.id limit 1000`.execute(tx)
  return rows.map((row) => row.digest)
}
