// The overview: sizes of the fleet from counts that are kept, and the queue of what needs a person.
import type { CoverageGapCode, LocalisedText, Overview, Severity } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { sql } from 'kysely'
import { readDrift } from './compliance/drift.ts'
import { severityName } from './lists/severity.ts'
import type { Tx } from './store.ts'
import { isoTime } from './time.ts'

type QueueItem = Overview['queue'][number]
const MINUTE_MS = 60_000

export async function readOverview(tx: Tx, now: Date): Promise<Omit<Overview, 'advisories'>> {
  const [assets, findings, incidents, events, agents, gaps, queue] = [
    await countAssets(tx),
    await countFindings(tx),
    await countIncidents(tx),
    await countEvents(tx, now),
    await countAgents(tx),
    await countGaps(tx),
    await readQueue(tx, now),
  ]
  return { assets, findings, incidents, events, agents, coverageGaps: gaps, queue }
}

async function countAssets(tx: Tx): Promise<Overview['assets']> {
  const { rows } = await sql<Overview['assets']>`
    select count(*) filter (where kind = 'host') as hosts,
      count(*) filter (where kind = 'container') as containers,
      count(*) filter (where kind = 'container' and state = 'running') as "runningContainers",
      count(*) filter (where kind = 'image') as images,
      coalesce((select sum(i.package_count)::bigint from images i join assets p on p.id = i.asset_id
        where p.state <> 'gone'), 0) as packages
    from assets where state <> 'gone'`.execute(tx)
  return rows[0] ?? { hosts: 0, containers: 0, runningContainers: 0, images: 0, packages: 0 }
}

async function countFindings(tx: Tx): Promise<Overview['findings']> {
  const { rows } = await sql<{ severity: string; open: number; running: number }>`
    select c.key as severity, sum(c.value::int)::bigint as open,
      coalesce(sum(c.value::int) filter (where exists (
        select 1 from assets r where r.image_key = a.key and r.state = 'running')), 0)::bigint as running
    from assets a, jsonb_each_text(a.finding_counts) c where a.finding_counts <> '{}' group by c.key`.execute(tx)
  const fixable = await sql<{ fixable: number }>`
    select coalesce(sum(fixable_findings), 0)::bigint as fixable from assets where fixable_findings > 0`.execute(tx)
  const open = new Map(rows.map((row) => [row.severity, row.open]))
  return {
    open: rows.reduce((sum, row) => sum + row.open, 0),
    bySeverity: Object.fromEntries(SEVERITIES.map((name) => [name, open.get(name) ?? 0])) as Record<Severity, number>,
    fixable: fixable.rows[0]?.fixable ?? 0,
    inRunningImages: rows.reduce((sum, row) => sum + row.running, 0),
  }
}

async function countIncidents(tx: Tx): Promise<Overview['incidents']> {
  const { rows } = await sql<{ severity: number; open: number; unowned: number }>`
    select severity, count(*) as open, count(*) filter (where owner is null) as unowned
    from incidents where state <> 'closed' group by severity`.execute(tx)
  const open = new Map(rows.map((row) => [severityName(row.severity), row.open]))
  return {
    open: rows.reduce((sum, row) => sum + row.open, 0),
    unowned: rows.reduce((sum, row) => sum + row.unowned, 0),
    bySeverity: Object.fromEntries(SEVERITIES.map((name) => [name, open.get(name) ?? 0])) as Record<Severity, number>,
  }
}

async function countEvents(tx: Tx, now: Date): Promise<Overview['events']> {
  const first = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - 59 * MINUTE_MS
  const { rows } = await sql<{ minute: Date; events: number }>`
    select minute, sum(events)::bigint as events from event_minutes where minute >= ${new Date(first)} group by minute`.execute(
    tx,
  )
  const counts = new Map(rows.map((row) => [row.minute.getTime(), row.events]))
  const perMinute = Array.from({ length: 60 }, (_, index) => {
    const at = first + index * MINUTE_MS
    return { at: isoTime(new Date(at)), count: counts.get(at) ?? 0 }
  })
  return { lastHour: perMinute.reduce((sum, bucket) => sum + bucket.count, 0), perMinute }
}

async function countAgents(tx: Tx): Promise<Overview['agents']> {
  const { rows } = await sql<Overview['agents']>`
    select count(*) filter (where state = 'healthy') as healthy, count(*) filter (where state = 'silent') as silent,
      count(*) filter (where state <> 'revoked' and (health->>'sensorMode' <> 'ebpf'
        or jsonb_path_exists(health, '$.hooks[*] ? (@.state == "missing")'))) as reduced
    from agents`.execute(tx)
  return rows[0] ?? { healthy: 0, silent: 0, reduced: 0 }
}

async function countGaps(tx: Tx): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from coverage_gaps where resolved_at is null`.execute(tx)
  return rows[0]?.open ?? 0
}

/** Incidents first: they page. The rest by how urgent it is, each line for all of its kind. */
async function readQueue(tx: Tx, now: Date): Promise<QueueItem[]> {
  const rest = [
    ...(await silentAgents(tx)),
    ...(await readDrift(tx, now)),
    ...(await worstFindings(tx)),
    ...(await openGaps(tx)),
  ]
  return [...(await openIncidents(tx)), ...rest.toSorted((a, b) => urgencyOf(b) - urgencyOf(a))].slice(0, 50)
}

/** Attacks that are known outweigh one step of severity; so does running now, together with how bad it is. */
function urgencyOf({ severity, why = [], kind }: QueueItem): number {
  const worse = (why.includes('exploited') ? 3 : 0) + (why.includes('running') ? 2 : 0) + (kind === 'agent' ? 3 : 0)
  return SEVERITIES.indexOf(severity) * 3 + worse + (kind === 'drift' ? 2 : 0)
}

/**
 * Worst first, what nobody has yet before what somebody works on. The same attack on many workloads is one line, for the latest of
 * them: a person decides about it once.
 */
async function openIncidents(tx: Tx): Promise<QueueItem[]> {
  const { rows } = await sql<{
    id: string
    severity: number
    titles: LocalisedText
    subject: string | null
    first_key: string | null
    steps: number
    count: number
    unowned: boolean
    contained: boolean
    at: Date
  }>`
    with alike as materialized (
      select severity, title, count(*) as count,
        bool_and(exists (select 1 from response_actions r where r.incident_id = incidents.id and r.state = 'done')) as contained, bool_or(owner is null) as unowned, max(updated_at) as at,
        (array_agg(id order by (owner is null) desc, updated_at desc, id))[1] as id
      from incidents where state <> 'closed' group by severity, title, owner is null
      order by severity desc, unowned desc, max(updated_at) desc, id limit 20
    )
    select l.id, l.severity, l.count, l.unowned, l.contained, l.at, i.report->'title' as titles, i.steps, i.asset_keys[1] as first_key,
      (select string_agg(a.name, ', ' order by a.name) from assets a where a.key = any(i.asset_keys)) as subject
    from alike l join incidents i on i.id = l.id order by l.severity desc, l.unowned desc, l.at desc, l.id`.execute(tx)
  return rows.map((row) => ({
    kind: 'incident',
    id: row.id,
    severity: severityName(row.severity),
    title: row.titles.en,
    titles: row.titles,
    subject: (row.subject ?? row.first_key ?? '').slice(0, 512),
    why: [...(row.unowned ? ['unowned' as const] : []), ...(row.contained ? ['contained' as const] : [])],
    steps: Math.max(1, row.steps),
    count: row.count,
    at: isoTime(row.at),
  }))
}

/** Those whose silence is an incident stand there. */
async function silentAgents(tx: Tx): Promise<QueueItem[]> {
  const { rows } = await sql<{ id: string; hostname: string; at: Date }>`
    select id, hostname, coalesce(last_seen_at, enrolled_at) as at from agents
    where state = 'silent'
      and not exists (select 1 from incidents i where i.id = agents.silence_incident and i.state <> 'closed')
    order by last_seen_at desc nulls last limit 10`.execute(tx)
  return rows.map((row) => ({
    kind: 'agent',
    id: row.id,
    severity: 'high',
    title: 'Agent is silent',
    subject: row.hostname.slice(0, 512),
    count: 1,
    at: isoTime(row.at),
  }))
}

/** Of the 5,000 worst findings: enough for the top of a queue, and bounded whatever the size of the fleet. */
async function worstFindings(tx: Tx): Promise<QueueItem[]> {
  const { rows } = await sql<{
    id: string
    severity: number
    title: string
    subject: string
    kind: string
    check_name: string | null
    path: string | null
    fixed_in: string[] | null
    exploited: boolean
    running: boolean
    count: number
    at: Date
  }>`
    with worst as materialized (
      select id, kind, severity, title, asset_id, vulnerability_id, check_name, path, package_name, first_seen_at,
        vulnerability->'fixedIn' as fixed_in, kev_added_at is not null as exploited from findings
      where status = 'open' and severity >= ${SEVERITIES.indexOf('high')} order by severity desc, id desc limit 5000
    ), running as materialized (
      select a.id from assets a where a.kind = 'image'
        and exists (select 1 from assets c where c.image_key = a.key and c.state = 'running')
    )
    select min(w.id) as id, max(w.severity) as severity, min(w.title) as title,
      coalesce(min(w.package_name), min(a.name)) as subject, count(*) as count, max(w.first_seen_at) as at,
      min(w.kind) as kind, min(w.check_name) as check_name, min(w.path) as path,
      (array_agg(w.fixed_in order by w.id))[1] as fixed_in, bool_or(w.exploited) as exploited,
      bool_or(w.asset_id in (select id from running)) as running
    from worst w join assets a on a.id = w.asset_id
    group by coalesce(w.vulnerability_id, case when w.kind = 'mistake' then w.check_name end, w.id)
    order by running desc, exploited desc, max(w.severity) desc, count(*) desc, 1
    limit 20`.execute(tx)
  return rows.map((row) => ({
    kind: 'finding',
    id: row.id,
    severity: severityName(row.severity),
    title: row.title,
    subject: row.subject.slice(0, 512),
    code: row.kind,
    ...(row.check_name === null ? {} : { check: row.check_name }),
    ...(row.path === null ? {} : { path: row.path }),
    ...(row.fixed_in?.length ? { fixedIn: row.fixed_in.slice(0, 3) } : {}),
    why: [...(row.exploited ? ['exploited' as const] : []), ...(row.running ? ['running' as const] : [])],
    count: row.count,
    at: isoTime(row.at),
  }))
}

const GAP_SEVERITY: Partial<Record<CoverageGapCode, Severity>> = {
  ADVISORIES_MISSING: 'high',
  SENSOR_UNAVAILABLE: 'high',
  SENSOR_EVENTS_LOST: 'medium',
  SPOOL_DROPPED: 'medium',
}

async function openGaps(tx: Tx): Promise<QueueItem[]> {
  const { rows } = await sql<{
    id: string
    code: CoverageGapCode
    reason: string
    scope: string
    count: number
    at: Date
  }>`
    with lines as (
      select min(id) as id, code, count(*) as count, max(last_seen_at) as at
      from coverage_gaps where resolved_at is null and code <> 'AGENT_SILENT'
      group by code order by max(last_seen_at) desc limit 20
    ) select l.*, g.reason, coalesce(a.name, g.scope) as scope from lines l join coverage_gaps g on g.id = l.id
      left join assets a on a.tenant_id = g.tenant_id and a.key = g.scope order by l.at desc`.execute(tx)
  return rows.map((row) => ({
    kind: 'coverage-gap',
    id: row.id,
    severity: GAP_SEVERITY[row.code] ?? 'low',
    title: row.reason,
    subject: row.scope.slice(0, 512),
    code: row.code,
    count: row.count,
    at: isoTime(row.at),
  }))
}
