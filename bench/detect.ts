// How fast one thread reads a busy node's records out of the rings and judges the events with all rules of the product.
//   npm run bench -- detect [--rounds 6]     made-up records: decoded and judged
//   npm run bench -- detect RECORDING        events of a recording of `yagura agent record`: judged only
// Time of the processor that the one thread used; the best round counts, for others may use the machine too.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import {
  createCountingIds,
  createDetector,
  createReplayed,
  type Detector,
  loadRules,
  type RecordedLine,
  type RuleSet,
  replayLine,
} from '@yagura/detect'
import { unwrap } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'
import { createWritableRing, mergeRings, records } from '@yagura/sensor/internals'
import { containers, createBusyNode, groups, type NodeRecord } from './detect/busy-node.ts'
import { BOOT_EPOCH_MS, makeRecordReader } from './record-reader.ts'

export const about = 'records decoded and judged by one thread with all rules (goal: 500,000 a second)'

const RULES = join(import.meta.dirname, '../content/rules')
const RING_BYTES = { security: 4 * 2 ** 20, bulk: 8 * 2 ** 20 } as const
const RECORDS_PER_PASS = 20_000
const WARM_UP_PASSES = 5
const RUN_NS = 11 * 60e9
const PASSES_PER_ROUND = 3
/** The agent lets the detector's time pass this often. */
const TICK_EVERY = 1000
const UNPACKED_MAX = 2 ** 30
const NO_RULES: RuleSet = { rules: [], eventTypes: new Set(), evaluate: () => [], evaluateAudit: () => [] }

export function run(args: readonly string[]): void {
  const at = args.indexOf('--rounds')
  const rounds = at < 0 ? 6 : Number(args[at + 1])
  const recording = args.find((one, index) => !one.startsWith('--') && (at < 0 || index !== at + 1))
  const texts = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(RULES, name), 'utf8'), origin: 'yagura' as const }))
  const { ruleSet } = unwrap(loadRules(texts, { skipBroken: true }))
  if (recording !== undefined) judgeRecording(recording, ruleSet, rounds)
  else judgeNode(ruleSet, rounds)
}

function judgeNode(ruleSet: RuleSet, rounds: number): void {
  console.log(
    `records of ${containers.length} containers, ${ruleSet.rules.length} rules; events a second of the thread's processor time, best of ${rounds} rounds`,
  )
  const passes = passesOf(WARM_UP_PASSES + rounds * PASSES_PER_ROUND)
  const runs = [
    { name: 'decoded', run: createRun(undefined, passes) },
    { name: 'decoded and judged, without rules', run: createRun(NO_RULES, passes) },
    { name: 'decoded and judged, all rules', run: createRun(ruleSet, passes) },
  ]
  const best = new Map<string, number>()
  // in turns, so that what the machine does meanwhile meets all of them alike
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of runs) best.set(name, Math.max(best.get(name) ?? 0, run.perSecond()))
  }
  for (const { name, run } of runs) {
    const perSecond = best.get(name) ?? 0
    const ns = Math.round(1e9 / perSecond)
    console.log(
      `${name.padEnd(36)}${Math.round(perSecond).toLocaleString('en').padStart(11)} events/s, ${ns} ns an event`,
    )
    const found = run.detector?.stats()
    if (found !== undefined) {
      console.log(
        `    ${run.signals()} signals; ${found.processes} processes, ${found.files} files, ${found.chains} chains, ${found.profiles} profiles`,
      )
    }
  }
  console.log(`kinds of records: ${kindsOf(passes)}`)
}

interface Run {
  readonly detector: Detector | undefined
  signals(): number
  /** Events a second of processor time over some passes. */
  perSecond(): number
}

interface Pass {
  /** Ring and length of each record before its bytes: a million objects would be the collector's work, and that is measured, too. */
  readonly packed: Uint8Array
  readonly kinds: ReadonlyMap<string, number>
  readonly endNs: number
}

const PACKED_HEADER_BYTES = 8

function pack(records: readonly NodeRecord[], endNs: number): Pass {
  const packed = new Uint8Array(records.reduce((sum, { bytes }) => sum + PACKED_HEADER_BYTES + bytes.byteLength, 0))
  const view = new DataView(packed.buffer)
  const kinds = new Map<string, number>()
  let at = 0
  for (const { kind, ring, bytes } of records) {
    view.setUint32(at, ring === 'security' ? 0 : 1)
    view.setUint32(at + 4, bytes.byteLength)
    packed.set(bytes, at + PACKED_HEADER_BYTES)
    at += PACKED_HEADER_BYTES + bytes.byteLength
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return { packed, kinds, endNs }
}

/** All that happens, made before anything is measured: what making it leaves behind is not the reader's to clear up. */
function passesOf(count: number): Pass[] {
  const node = createBusyNode()
  const passes = [pack(node.begin(), node.nowNs())]
  for (let number = 0; number < count; number++) {
    // what was done in several runs of some minutes is learnt
    if (number <= WARM_UP_PASSES) node.rest(RUN_NS)
    passes.push(pack(node.next(RECORDS_PER_PASS), node.nowNs()))
  }
  return passes
}

function createRun(rules: RuleSet | undefined, passes: readonly Pass[]): Run {
  const rings = { security: createWritableRing(RING_BYTES.security), bulk: createWritableRing(RING_BYTES.bulk) }
  const merged = mergeRings([rings.security.ring, rings.bulk.ring], records.TIME_OFFSET)
  const read = makeRecordReader(groups)
  const newId = createCountingIds()
  const detector = rules && createDetector({ rules, hostKey: 'host:bench', newId })
  let signals = 0
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
    if (detector === undefined) sink += event.pid + event.exe.length
    else signals += detector.receive(event).length
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
    detector?.identify(id, {
      containerId: id,
      assetKey: `container:bench/docker/${id}`,
      name: service.name,
      imageName: `${image}:1`,
      imageDigest: `sha256:${'a'.repeat(64)}`,
      repository: image,
      labels: {},
      pod: null,
      workload: null,
      privileged: false,
      hostNamespaces: [],
      commandLine: [service.name],
      initPid,
      startedAtMs: BOOT_EPOCH_MS,
    })
  }
  fill()
  for (let warm = 0; warm < WARM_UP_PASSES; warm++) {
    drain()
    fill()
  }
  drain()

  return {
    detector,
    signals: () => signals,
    perSecond() {
      let events = 0
      let micros = 0
      for (let pass = 0; pass < PASSES_PER_ROUND; pass++) {
        fill()
        const start = process.threadCpuUsage()
        events += drain()
        const { user, system } = process.threadCpuUsage(start)
        micros += user + system
      }
      if (Number.isNaN(sink)) console.log(sink)
      return (events * 1e6) / micros
    },
  }
}

function kindsOf(passes: readonly Pass[]): string {
  const counts = new Map<string, number>()
  for (const { kinds } of passes) for (const [kind, count] of kinds) counts.set(kind, (counts.get(kind) ?? 0) + count)
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${((100 * count) / all).toFixed(1)} %`)
    .join(', ')
}

function judgeRecording(path: string, ruleSet: RuleSet, rounds: number): void {
  const lines = recorded(path)
  const events = lines.flatMap((line) => ('event' in line ? [line.event] : []))
  console.log(`${events.length} recorded events, judged only, ${ruleSet.rules.length} rules; best of ${rounds} rounds`)
  for (const [name, rules] of [
    ['without rules', NO_RULES],
    ['all rules', ruleSet],
  ] as const) {
    const detector = createDetector({ rules, hostKey: 'host:bench', newId: createCountingIds() })
    const warm = createReplayed()
    for (const line of lines) replayLine(detector, line, warm)
    let best = 0
    for (let round = 0; round < rounds; round++) {
      const start = process.cpuUsage()
      for (const event of events) detector.receive(event)
      const { user, system } = process.cpuUsage(start)
      best = Math.max(best, (events.length * 1e6) / (user + system))
    }
    console.log(`${name.padEnd(16)}${Math.round(best).toLocaleString('en').padStart(11)} events/s of processor time`)
  }
}

function recorded(path: string): RecordedLine[] {
  const text = zstdDecompressSync(readFileSync(path), { maxOutputLength: UNPACKED_MAX }).toString('utf8')
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedLine)
}
