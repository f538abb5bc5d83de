// Requests to the Kubernetes API go to the agent of the node where the pod runs that they are about: what its session or its service
// account does next is seen there. A request about no pod goes to one and the same agent of the installation that sees pods.
import type { AuditEvent, AuditSubject } from '@yagura/schema'
import { sql } from 'kysely'
import type { Tx } from '../store.ts'
import { tellAgent } from './actions.ts'

export interface AuditRequest {
  readonly event: AuditEvent
  readonly subject: AuditSubject
}

export interface RoutedAudit {
  readonly routed: number
  /** No agent sees pods: nobody could judge these. */
  readonly unplaced: number
}

const EVENTS_A_COMMAND = 200

export async function routeAudit(tx: Tx, requests: readonly AuditRequest[], now: Date): Promise<RoutedAudit> {
  const agents = await agentsOf(tx, requests)
  const byAgent = Map.groupBy(requests, ({ subject }) => agents.of(subject))
  for (const [agentId, theirs] of byAgent) {
    if (agentId === null) continue
    for (let at = 0; at < theirs.length; at += EVENTS_A_COMMAND) {
      const events = theirs.slice(at, at + EVENTS_A_COMMAND).map(({ event }) => event)
      await tellAgent(tx, agentId, { command: 'audit', events }, now)
    }
  }
  const unplaced = byAgent.get(null)?.length ?? 0
  return { routed: requests.length - unplaced, unplaced }
}

interface PodRow {
  uid: string
  namespace: string
  name: string
  agent_id: string
}

async function agentsOf(
  tx: Tx,
  requests: readonly AuditRequest[],
): Promise<{ of(subject: AuditSubject): string | null }> {
  const uids = requests.flatMap(({ subject }) => (subject !== null && 'uid' in subject ? [subject.uid] : []))
  const names = requests.flatMap(({ subject }) => (subject !== null && 'name' in subject ? [subject.name] : []))
  const { rows } = await sql<PodRow>`
    select a.facts->'pod'->>'uid' as uid, a.facts->'pod'->>'namespace' as namespace, a.facts->'pod'->>'name' as name, a.agent_id
    from assets a
    where a.kind = 'container' and a.agent_id is not null
      and (a.facts->'pod'->>'uid' = any(${uids}) or a.facts->'pod'->>'name' = any(${names}))
    order by a.last_seen_at`.execute(tx)
  const found = new Map(
    rows.flatMap((row) => [
      [row.uid, row.agent_id],
      [`${row.namespace}/${row.name}`, row.agent_id],
    ]),
  )
  const anyone = await agentOfCluster(tx)
  return {
    of(subject) {
      const key = subject === null ? '' : 'uid' in subject ? subject.uid : `${subject.namespace}/${subject.name}`
      return found.get(key) ?? anyone
    },
  }
}

async function agentOfCluster(tx: Tx): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select min(g.id) as id from agents g
    where g.state = 'healthy' and exists (
      select from assets a where a.agent_id = g.id and a.kind = 'container' and jsonb_typeof(a.facts->'pod') = 'object')`.execute(
    tx,
  )
  return rows[0]?.id ?? null
}
