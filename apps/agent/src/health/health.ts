// How the agent itself is: sent every ten seconds, so that the server can show what is not seen.
import { EXTRACTOR_VERSION } from '@yagura/inventory'
import type { Clock } from '@yagura/kernel'
import type { AgentHealth, CoverageGapReport } from '@yagura/schema'
import type { SensorView } from '../events/sensor.ts'
import type { SpoolCounts, SpoolLoss } from '../spool/spool.ts'

export function readHealth(sensor: SensorView, spool: SpoolCounts, agentVersion: string, clock: Clock): AgentHealth {
  const { user, system } = process.cpuUsage()
  return {
    at: new Date(clock.nowMs()).toISOString(),
    agentVersion,
    extractorVersion: EXTRACTOR_VERSION,
    sensorMode: sensor.mode,
    sensorReason: sensor.reason,
    hooks: sensor.hooks(),
    ...sensor.stats(),
    spoolBytes: spool.bytes,
    spoolDroppedBatches: spool.droppedBatches,
    memoryBytes: process.memoryUsage.rss(),
    cpuMs: Math.round((user + system) / 1000),
  }
}

const REASONS: Readonly<Record<SpoolLoss['reason'], { reason: string; remedy: string | null }>> = {
  full: {
    reason: 'The server was away for longer than the spool could hold: the oldest batches were dropped.',
    remedy: 'Give the agent a larger spool (YAGURA_SPOOL_BYTES).',
  },
  disk: {
    reason: 'The disk took no more: batches were dropped before they could be sent.',
    remedy: 'Make room on the disk that holds the data directory of the agent.',
  },
  unwritten: {
    reason: 'The disk took no more: batches waited for the server in memory, and would have been lost with the agent.',
    remedy: 'Make room on the disk that holds the data directory of the agent.',
  },
  torn: { reason: 'Batches were torn by a crash or a power cut and could not be sent.', remedy: null },
  refused: {
    reason: 'The server refused batches as invalid.',
    remedy: 'Run the same version of agent and server.',
  },
  stranger: {
    reason: 'Batches of an earlier enrolment were left; the server does not take them from this agent.',
    remedy: null,
  },
}

/** Dropped batches as gaps. */
export function spoolGaps(losses: readonly SpoolLoss[], hostKey: string, observedAt: string): CoverageGapReport[] {
  return losses.map(({ reason, batches }) => ({
    code: 'SPOOL_DROPPED',
    scope: hostKey,
    subject: reason,
    ...REASONS[reason],
    count: batches,
    observedAt,
    resolved: false,
  }))
}
