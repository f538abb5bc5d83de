// One thread that does what the agent's does: reads records out of the rings, has them judged, and lets time pass. In a thread of its
// own, because V8 makes of code that serves several detectors at once something slower than an agent runs, who has one.
import { parentPort, workerData } from 'node:worker_threads'
import { createCountingIds, createDetector, loadRules, type RuleSet, type RuleText } from '@yagura/detect'
import { identityOf } from '@yagura/detect/testing'
import { unwrap } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'
import { createWritableRing, mergeRings, records } from '@yagura/sensor/internals'
import { BOOT_EPOCH_MS, makeRecordReader } from '../record-reader.ts'
import { containers, groups } from './busy-node.ts'

/** What is done with the events: nothing, the engine alone, or the engine with rules. */
export interface ThreadTask {
  readonly rules: readonly RuleText[] | undefined
  readonly passes: readonly Pass[]
  readonly warmUpPasses: number
  readonly passesPerRound: number
}

export interface Pass {
  /** Ring and length of each record before its bytes, in memory that all threads see. */
  readonly packed: Uint8Array
  readonly endNs: number
}

export interface RoundResult {
  readonly events: number
  readonly micros: number
  readonly signals: number
  /** Of those the ones that are more than hints. */
  readonly findings: number
  readonly stats: string
}

const RING_BYTES = { security: 4 * 2 ** 20, bulk: 8 * 2 ** 20 } as const
export const PACKED_HEADER_BYTES = 8
/** The agent lets the detector's time pass this often. */
const TICK_EVERY = 1000
export const NO_RULES: RuleSet = { rules: [], eventTypes: new Set(), evaluate: () => [], evaluateAudit: () => [] }

function createRun({ rules, passes, warmUpPasses, passesPerRound }: ThreadTask): () => RoundResult {
  const rings = { security: createWritableRing(RING_BYTES.security), bulk: createWritableRing(RING_BYTES.bulk) }
  const merged = mergeRings([rings.security.ring, rings.bulk.ring], records.TIME_OFFSET)
  const read = makeRecordReader(groups)
  const ruleSet = rules && (rules.length === 0 ? NO_RULES : unwrap(loadRules(rules, { skipBroken: true })).ruleSet)
  const detector = ruleSet && createDetector({ rules: ruleSet, hostKey: 'host:bench', newId: createCountingIds() })
  let signals = 0
  let findings = 0
  let sink = 0
  let pass = 0
  let nowMs = BOOT_EPOCH_MS

  /** Writes the records of the next pass into the rings, and says when the last of them was. */
  function fill(): void {
    const { packed, endNs } = passes[pass++] as Pass
    const view = new DataView(packed.buffer)
    for (let at = 0; at < packed.byteLength; ) {
      const ring = view.getUint32(at) === 0 ? rings.security : rings.bulk
      const start = at + PACKED_HEADER_BYTES
      at = start + view.getUint32(at + 4)
      if (!ring.write(packed.subarray(start, at))) throw new Error('the ring is too small')
    }
    nowMs = BOOT_EPOCH_MS + endNs / 1e6
  }

  function tell(event: KernelEvent): void {
    if (detector === undefined) {
      sink += event.pid + event.exe.length
      return
    }
    for (const { kind } of detector.receive(event)) {
      if (kind === 'signal') signals++
      else findings++
    }
  }

  /** As the agent does it: read, judge, and let time pass. */
  function drain(): number {
    let handed = 0
    for (;;) {
      const passed = merged.drain(Number.MAX_SAFE_INTEGER, TICK_EVERY, ({ memory, at, length }, index) => {
        const event = read(memory, at, length, index)
        if (event === undefined) return
        handed++
        tell(event)
      })
      detector?.tick(nowMs)
      if (passed === 0) return handed
    }
  }

  for (const { id, image, service, initPid } of containers) {
    const { name } = service
    const more = { name, imageName: `${image}:1`, repository: image, commandLine: [name], initPid }
    detector?.identify(id, identityOf(id, { ...more, startedAtMs: BOOT_EPOCH_MS }))
  }
  for (let warm = 0; warm <= warmUpPasses; warm++) {
    fill()
    drain()
  }
  signals = 0
  findings = 0

  return () => {
    let events = 0
    let micros = 0
    for (let each = 0; each < passesPerRound; each++) {
      fill()
      const start = process.threadCpuUsage()
      events += drain()
      const { user, system } = process.threadCpuUsage(start)
      micros += user + system
    }
    if (Number.isNaN(sink)) throw new Error('nothing was read')
    const found = detector?.stats()
    const stats =
      found === undefined
        ? ''
        : `${found.processes} processes, ${found.files} files, ${found.chains} chains, ${found.profiles} profiles`
    return { events, micros, signals, findings, stats }
  }
}

if (parentPort !== null) {
  const port = parentPort
  const round = createRun(workerData as ThreadTask)
  port.on('message', () => port.postMessage(round()))
}
