// An agent that falls silent may have been silenced: that is an incident, unless it said goodbye while all was quiet on its node.
// One for each agent and day: an agent that comes and goes opens it again.
import { newId } from '@yagura/kernel'
import type { AgentHealth, IncidentReport, IncidentStep, LocalisedText } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import type { Tx } from '../store.ts'

export const SILENCE_RULE = 'agent-silent'
const TECHNIQUE = 'T1562.001'
/** A goodbye is not believed while something was going on: who is in charge of a node can stop its services in good order. */
const RECENT_MS = 60 * 60_000
const SAME_MS = 24 * 60 * 60_000
const STEPS_MAX = 512

export interface SilentAgent {
  readonly id: string
  readonly machine_id: string
  readonly hostname: string
  readonly last_seen_at: Date | null
  readonly goodbye_at: Date | null
  readonly silence_incident: string | null
  readonly health: AgentHealth | null
}

/** The agent ends in good order. */
export async function noteGoodbye(tx: Tx, agentId: string, now: Date): Promise<void> {
  await tx.updateTable('agents').set({ goodbye_at: now }).where('id', '=', agentId).execute()
}

/** Id of the incident that is open now; undefined when the silence is no reason for one. */
export async function raiseSilence(tx: Tx, agent: SilentAgent, now: Date): Promise<string | undefined> {
  const since = agent.last_seen_at ?? now
  const { rows: open } = await sql<{ id: string; title: string }>`select id, title from incidents
    where agent_id = ${agent.id} and state <> 'closed' and merged_into is null
      and id is distinct from ${agent.silence_incident} and updated_at >= ${new Date(since.getTime() - RECENT_MS)}
    order by severity desc, id desc limit 5`.execute(tx)
  if (agent.goodbye_at !== null && open.length === 0) return undefined
  const step = stepOf(agent, open, since)
  const known = await lastSilence(tx, agent, now)
  const report = known === undefined ? newReport(agent, step, since, now) : grown(known, step, now)
  await sql`insert into incidents as known (id, agent_id, revision, report, title, severity, score, steps, tactics, asset_keys,
      containable, merged_into, state, opened_at, updated_at)
    values (${report.id}, ${agent.id}, ${report.revision}, ${JSON.stringify(report)}::jsonb, ${report.title.en},
      ${severityRank(report.severity)}, ${report.score}, ${report.steps.length}, ${['defense-evasion']}::text[],
      ${report.assetKeys}::text[], false, null, 'open', ${since}, ${now})
    on conflict (id) do update set revision = excluded.revision, report = excluded.report, steps = excluded.steps,
      state = 'open', closed_at = null, updated_at = excluded.updated_at`.execute(tx)
  await tx.updateTable('agents').set({ silence_incident: report.id }).where('id', '=', agent.id).execute()
  return report.id
}

/** The agent speaks again: the incident closes by itself unless a person has taken it on, and says so in a note. */
export async function closeSilence(tx: Tx, agentId: string, now: Date): Promise<void> {
  const { rows } = await sql<{ id: string; at: Date }>`update incidents i
    set state = case when i.owner is null and i.state = 'open' then 'closed' else i.state end,
      closed_at = case when i.owner is null and i.state = 'open' then ${now} else i.closed_at end, updated_at = ${now}
    from agents a where a.id = ${agentId} and i.id = a.silence_incident and i.state <> 'closed'
    returning i.id`.execute(tx)
  for (const { id } of rows)
    await tx
      .insertInto('incident_notes')
      .values({
        id: newId(now.getTime()),
        incident_id: id,
        at: now,
        author: 'yagura',
        text: `The agent speaks again since ${now.toISOString()}. What happened on the node meanwhile may not have been seen: look at its coverage gaps.`,
      })
      .execute()
}

/** That of the same day, unless a person said what it was. */
async function lastSilence(tx: Tx, agent: SilentAgent, now: Date): Promise<IncidentReport | undefined> {
  if (agent.silence_incident === null) return undefined
  const row = await tx
    .selectFrom('incidents')
    .select('report')
    .where('id', '=', agent.silence_incident)
    .where('verdict', 'is', null)
    .where('opened_at', '>', new Date(now.getTime() - SAME_MS))
    .executeTakeFirst()
  return row?.report as IncidentReport | undefined
}

function newReport(agent: SilentAgent, step: IncidentStep, since: Date, now: Date): IncidentReport {
  return {
    id: newId(now.getTime()),
    revision: 1,
    mergedInto: null,
    title: {
      en: `The agent on ${agent.hostname} fell silent`,
      ja: `${agent.hostname} のエージェントからの通信が途絶えました`,
      zh: `${agent.hostname} 上的代理失去联系`,
    },
    severity: 'high',
    score: 6,
    assetKeys: [`host:${agent.machine_id}`],
    containerIds: [],
    root: null,
    steps: [step],
    stepsLeftOut: 0,
    nextTactics: [],
    nodes: [],
    edges: [],
    containable: false,
    openedAt: since.toISOString(),
    updatedAt: now.toISOString(),
  }
}

function grown(known: IncidentReport, step: IncidentStep, now: Date): IncidentReport {
  const steps = [...known.steps, step].slice(-STEPS_MAX)
  return { ...known, revision: known.revision + 1, steps, updatedAt: now.toISOString() }
}

function stepOf(agent: SilentAgent, open: readonly { title: string }[], since: Date): IncidentStep {
  return {
    at: since.toISOString(),
    tactic: 'defense-evasion',
    technique: TECHNIQUE,
    signalId: newId(since.getTime()),
    rule: SILENCE_RULE,
    grade: 'strong',
    sentence: sentenceOf(agent, open, since.toISOString()),
    process: null,
    eventIds: [],
    missing: 'Nothing of this node has been seen since then.',
  }
}

function sentenceOf(
  { hostname, goodbye_at, health }: SilentAgent,
  open: readonly { title: string }[],
  since: string,
): LocalisedText {
  const sensor = health?.sensorMode ?? '?'
  const titles = open.map(({ title }) => `“${title}”`).join(', ')
  const en =
    goodbye_at === null
      ? `The agent on ${hostname} was last heard at ${since} and did not say goodbye (sensor: ${sensor}): it was killed, cut off, or its machine is gone.`
      : `The agent on ${hostname} was stopped in good order at ${since}, while an incident was open on its node.`
  const ja =
    goodbye_at === null
      ? `${hostname} のエージェントは ${since} を最後に、終了の連絡なしに途絶えました(センサー: ${sensor})。強制終了、通信の遮断、またはマシンの停止が考えられます。`
      : `${hostname} のエージェントは、ノードのインシデントが未解決のまま ${since} に正規の手順で停止されました。`
  const zh =
    goodbye_at === null
      ? `${hostname} 上的代理最后一次通信在 ${since},未告别便失去联系(传感器: ${sensor}):可能被强制终止、被切断网络,或机器已不在。`
      : `${hostname} 上的代理在其节点仍有未关闭事件时于 ${since} 被正常停止。`
  if (titles === '') return { en, ja, zh }
  return {
    en: `${en} Open on this node: ${titles}.`.slice(0, 4000),
    ja: `${ja} 未解決: ${titles}`.slice(0, 4000),
    zh: `${zh} 未关闭: ${titles}`.slice(0, 4000),
  }
}
