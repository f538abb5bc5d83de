// Runs of checks as agents send them: the last result of each check stays, what turned is kept, what is not named any more is gone.
import { newId } from '@yagura/kernel'
import type { CheckResult, CheckRun } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import { assetsByKey } from '../inventory/assets-by-key.ts'
import type { AssetsOfAgent } from '../inventory/record-assets.ts'
import type { Tx } from '../store.ts'
import { notAfter } from '../time.ts'
import { refreshView, seenColumns, type ViewOf } from './view.ts'

const CHUNK = 2000

/**
 * A verdict that could not be reached (`error`) turns nothing; something new is told only when it fails. The first run of an agent is how
 * things stand, and no news.
 */
export async function recordCheckRun(tx: Tx, run: CheckRun, from: AssetsOfAgent, viewOf: ViewOf): Promise<void> {
  const keys = run.results.flatMap(({ assetKey }) => (assetKey === null ? [] : [assetKey]))
  const assets = await assetsByKey(tx, keys)
  const labels = await labelsOf(tx, [...assets.values()])
  const seenAs = await refreshView(tx, from.receivedAt, viewOf)
  const at = notAfter(run.endedAt, from.receivedAt)
  await takeOverClusters(tx, run, from)
  const isFirst = await isFirstRun(tx, run, from)
  const latest = [
    ...new Map(run.results.map((result) => [JSON.stringify([result.check, result.resource]), result])).values(),
  ]
  for (let start = 0; start < latest.length; start += CHUNK) {
    const rows = latest.slice(start, start + CHUNK).map((result) => {
      const asset = result.assetKey === null ? undefined : assets.get(result.assetKey)
      const seen = seenColumns(result, labels.get(asset?.id ?? '') ?? {}, seenAs)
      return {
        id: newId(),
        transition_id: newId(),
        asset_id: asset?.id ?? null,
        check_name: result.check,
        resource: result.resource,
        product: result.product ?? null,
        title: titleOf(result).en,
        titles: titleOf(result),
        severity: severityRank(result.severity),
        verdict: result.verdict,
        judged: seen.seen_verdict === 'error' ? null : seen.seen_verdict,
        controls: result.controls.map(({ framework, section }) => `${framework}:${section}`).join(' '),
        body: result,
        ...seen,
      }
    })
    await write(tx, run.target, rows, at, from, isFirst)
  }
  await tx
    .deleteFrom('check_results')
    .where('agent_id', '=', from.agentId)
    .where('target', '=', run.target)
    .where(sql<boolean>`observed_at < ${at}`)
    .execute()
  await noteHour(tx, at)
}

async function write(
  tx: Tx,
  target: string,
  rows: readonly object[],
  at: Date,
  from: AssetsOfAgent,
  isFirst: boolean,
): Promise<void> {
  await sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, transition_id text, asset_id text,
        check_name text, resource text, product text, title text, titles jsonb, severity smallint, verdict text, judged text,
        controls text, body jsonb, seen_verdict text, seen_severity smallint, seen_message jsonb, seen_in text)
    ), before as (
      select g.check_name, g.resource, k.judged as was from given g
      left join check_results k on k.agent_id = ${from.agentId} and k.target = ${target}
        and k.check_name = g.check_name and k.resource = g.resource
    ), turned as (
      insert into compliance_transitions (id, agent_id, asset_id, check_name, resource, title, was, became, baseline, at)
      select g.transition_id, ${from.agentId}, g.asset_id, g.check_name, g.resource, g.titles, b.was, g.judged, g.seen_in, ${at}
      from given g join before b using (check_name, resource)
      where g.judged is not null and b.was is distinct from g.judged and (b.was is not null or (g.judged = 'fail' and ${!isFirst}))
    )
    insert into check_results as known (id, agent_id, asset_id, check_name, resource, target, product, title, severity, verdict,
      controls, observed_at, changed_at, judged, body, seen_verdict, seen_severity, seen_message, seen_in)
    select g.id, ${from.agentId}, g.asset_id, g.check_name, g.resource, ${target}, g.product, g.title, g.severity, g.verdict,
      g.controls, ${at}, ${at}, g.judged, g.body, g.seen_verdict, g.seen_severity, g.seen_message, g.seen_in from given g
    on conflict (tenant_id, agent_id, target, check_name, resource) do update set
      asset_id = excluded.asset_id, product = excluded.product, title = excluded.title, severity = excluded.severity,
      changed_at = case when known.seen_verdict is not distinct from excluded.seen_verdict then known.changed_at else excluded.changed_at end,
      verdict = excluded.verdict, controls = excluded.controls, observed_at = excluded.observed_at,
      judged = case when excluded.seen_verdict = 'error' then known.judged else excluded.judged end, body = excluded.body,
      seen_verdict = excluded.seen_verdict, seen_severity = excluded.seen_severity, seen_message = excluded.seen_message,
      seen_in = excluded.seen_in`.execute(tx)
}

async function isFirstRun(tx: Tx, { target }: CheckRun, { agentId }: AssetsOfAgent): Promise<boolean> {
  const known = await tx
    .selectFrom('check_results')
    .select('id')
    .where('agent_id', '=', agentId)
    .where('target', '=', target)
    .limit(1)
    .executeTakeFirst()
  return known === undefined
}

/**
 * A cluster is checked by one agent at a time. When another one does, its results go on from those of the one before: nothing is there
 * twice, and nothing turns because of who looked.
 */
async function takeOverClusters(tx: Tx, run: CheckRun, { agentId }: AssetsOfAgent): Promise<void> {
  const clusters = [
    ...new Set(run.results.flatMap(({ assetKey }) => (assetKey?.startsWith('cluster:') ? [assetKey] : []))),
  ]
  if (clusters.length === 0) return
  const others = sql`k.target = ${run.target} and k.agent_id <> ${agentId} and k.body->>'assetKey' in (${sql.join(clusters)})`
  await sql`delete from check_results k where ${others} and exists (select from check_results o where o.agent_id = ${agentId}
    and o.target = k.target and o.check_name = k.check_name and o.resource = k.resource)`.execute(tx)
  await sql`delete from check_results k using check_results o where ${others} and o.target = k.target
    and o.agent_id not in (${agentId}, k.agent_id) and o.check_name = k.check_name and o.resource = k.resource
    and o.body->>'assetKey' = k.body->>'assetKey' and o.id > k.id`.execute(tx)
  await sql`update check_results k set agent_id = ${agentId} where ${others}`.execute(tx)
}

/** Of each asset, with those of what it runs on beneath them. */
async function labelsOf(
  tx: Tx,
  assets: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (assets.length === 0) return new Map()
  const ids = assets.map(({ id }) => id)
  const { rows } = await sql<{ id: string; labels: Record<string, string> }>`
    select a.id, coalesce(p.facts->'labels', '{}') || coalesce(a.facts->'labels', '{}') as labels
    from assets a left join assets p on p.id = a.parent_id where a.id in (${sql.join(ids)})`.execute(tx)
  return new Map(rows.map(({ id, labels }) => [id, labels]))
}

/** Counts of this hour, over all agents: the last run of the hour writes them. */
async function noteHour(tx: Tx, at: Date): Promise<void> {
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000)
  await sql`insert into compliance_hours as known (hour, pass, fail, manual, error)
    select ${hour}, count(*) filter (where seen_verdict = 'pass'), count(*) filter (where seen_verdict = 'fail'),
      count(*) filter (where seen_verdict = 'manual'), count(*) filter (where seen_verdict = 'error') from check_results
    on conflict (tenant_id, hour) do update set pass = excluded.pass, fail = excluded.fail, manual = excluded.manual,
      error = excluded.error`.execute(tx)
}

function titleOf(result: CheckResult) {
  return result.title ?? { en: result.check }
}
