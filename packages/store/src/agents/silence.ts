// Agents that stopped speaking: their state changes, a coverage gap opens, and an incident where nobody said goodbye. ingest closes
// them when they speak again.
import { newId } from '@yagura/kernel'
import { raiseSilence } from '../incidents/silence.ts'
import { recordGap } from '../inventory/coverage-gaps.ts'
import type { Tx } from '../store.ts'

/** Marks agents not heard since `before`; how many there were. */
export async function markSilentAgents(tx: Tx, before: Date, now: Date): Promise<number> {
  const silent = await tx
    .updateTable('agents')
    .set({ state: 'silent' })
    .where('state', '=', 'healthy')
    .where('last_seen_at', '<', before)
    .returning(['id', 'machine_id', 'hostname', 'last_seen_at', 'goodbye_at', 'silence_incident', 'health'])
    .execute()
  for (const agent of silent) {
    await raiseSilence(tx, agent, now)
    await recordGap(tx, {
      id: newId(),
      agentId: agent.id,
      origin: 'server',
      receivedAt: now,
      gap: {
        code: 'AGENT_SILENT',
        scope: `host:${agent.machine_id}`,
        subject: '',
        reason: `The agent on ${agent.hostname} has not been heard since ${agent.last_seen_at?.toISOString()}.`,
        remedy: 'Check that the agent runs on that host and can reach this server.',
        count: 1,
        observedAt: now.toISOString(),
        resolved: false,
      },
    })
  }
  return silent.length
}

export async function countAgentsByState(tx: Tx): Promise<Record<string, number>> {
  const rows = await tx
    .selectFrom('agents')
    .select(['state', (count) => count.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]))
}
