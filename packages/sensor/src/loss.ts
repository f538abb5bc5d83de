// What the kernel half could not write because a ring was full, by ring and type of record.
import type { CoverageGapReport } from '@yagura/schema'
import { RECORD_CONSTANTS, RECORDS, RINGS, type RingName } from '@yagura/schema/kernel-record'

const { TYPES } = RECORD_CONSTANTS
const COUNTERS_BYTES = 8 * (RINGS.length + 2 * TYPES)

/** Bytes of the value of the per-CPU `counters` map on all CPUs (struct counters of bpf/emit.h). */
export function countersSizeBytes(cpus: number): number {
  return COUNTERS_BYTES * cpus
}

export interface Losses {
  /** By type: a ring was full. */
  readonly lost: Float64Array
  /** By type: a control group had used up its share. */
  readonly cut: Float64Array
}

/** Sums over all CPUs of several readings of the map: what interrupts wrote is an entry of its own. */
export function lossesOf(readings: readonly Uint8Array[], cpus: number): Losses {
  const lost = new Float64Array(TYPES)
  const cut = new Float64Array(TYPES)
  for (const reading of readings) {
    const view = new DataView(reading.buffer, reading.byteOffset, reading.byteLength)
    for (let cpu = 0; cpu < cpus; cpu++) {
      const at = cpu * COUNTERS_BYTES + 8 * RINGS.length
      for (let type = 0; type < TYPES; type++) {
        lost[type] = (lost[type] as number) + Number(view.getBigUint64(at + 8 * type, true))
        cut[type] = (cut[type] as number) + Number(view.getBigUint64(at + 8 * (TYPES + type), true))
      }
    }
  }
  return { lost, cut }
}

/** The value of the `reported` map (struct reported of bpf/emit.h). */
export function reportedBytes({ lost, cut }: Losses): Uint8Array {
  return new Uint8Array(BigUint64Array.from([...lost, ...cut].map(BigInt)).buffer)
}

export function reportedLosses(bytes: Uint8Array): Losses {
  const counts = Float64Array.from(new BigUint64Array(bytes.buffer, bytes.byteOffset, 2 * TYPES), Number)
  return { lost: counts.slice(0, TYPES), cut: counts.slice(TYPES) }
}

/** Gaps for what was lost between two readings. */
export function lossGaps(before: Losses, after: Losses, scope: string, observedAt: string): CoverageGapReport[] {
  const gaps: CoverageGapReport[] = []
  for (const [name, { type, ring }] of Object.entries(RECORDS)) {
    const lost = (after.lost[type] as number) - (before.lost[type] as number)
    if (lost > 0) gaps.push(lossGap(ring, name, lost, scope, observedAt))
    const cut = (after.cut[type] as number) - (before.cut[type] as number)
    if (cut > 0) gaps.push(cutGap(name, cut, scope, observedAt))
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

function cutGap(kind: string, count: number, scope: string, observedAt: string): CoverageGapReport {
  return {
    code: 'SENSOR_EVENTS_LOST',
    scope,
    subject: `share/${kind}`,
    reason: `A control group made more events than its share: ${count} ${kind} record${count === 1 ? ' was' : 's were'} left out.`,
    remedy: null,
    count,
    observedAt,
    resolved: false,
  }
}
