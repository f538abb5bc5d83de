// What the kernel half could not write because a ring was full, by ring and type of record.
import type { CoverageGapReport } from '@yagura/schema'
import { RECORD_CONSTANTS, RECORDS, RINGS, type RingName } from '@yagura/schema/kernel-record'

const COUNTERS_BYTES = 8 * (RINGS.length + RECORD_CONSTANTS.TYPES)

/** Bytes of the value of the per-CPU `counters` map on all CPUs (struct counters of bpf/emit.h). */
export function countersSizeBytes(cpus: number): number {
  return COUNTERS_BYTES * cpus
}

/** Lost records by type, summed over all CPUs. */
export function lostByType(counters: Uint8Array, cpus: number): Float64Array {
  const view = new DataView(counters.buffer, counters.byteOffset, counters.byteLength)
  const lost = new Float64Array(RECORD_CONSTANTS.TYPES)
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (let type = 0; type < lost.length; type++) {
      const at = cpu * COUNTERS_BYTES + 8 * (RINGS.length + type)
      lost[type] = (lost[type] as number) + Number(view.getBigUint64(at, true))
    }
  }
  return lost
}

/** Gaps for what was lost between two readings. */
export function lossGaps(
  before: Float64Array,
  after: Float64Array,
  scope: string,
  observedAt: string,
): CoverageGapReport[] {
  const gaps: CoverageGapReport[] = []
  for (const [name, { type, ring }] of Object.entries(RECORDS)) {
    const count = (after[type] as number) - (before[type] as number)
    if (count > 0) gaps.push(lossGap(ring, name, count, scope, observedAt))
  }
  return gaps
}

/** Gap for records that the sequence numbers prove lost beyond what the kernel counted. */
export function lossGap(
  ring: RingName,
  kind: string,
  count: number,
  scope: string,
  observedAt: string,
): CoverageGapReport {
  return {
    code: 'SENSOR_EVENTS_LOST',
    scope,
    subject: `${ring}/${kind}`,
    reason: `The ${ring} ring was full: ${count} ${kind} record${count === 1 ? ' was' : 's were'} lost.`,
    remedy: 'Give the agent more processor time.',
    count,
    observedAt,
    resolved: false,
  }
}
