// How fast one thread reads a busy node's records out of the rings and judges the events with all rules of the product.
//   npm run bench -- detect [--rounds 6]     made-up records: decoded and judged
//   npm run bench -- detect RECORDING        events of a recording of `yagura agent record`: judged only
// Time of the processor that the one thread used; the best round counts, for others may use the machine too.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { zstdDecompressSync } from 'node:zlib'
import {
  createCountingIds,
  createDetector,
  createReplayed,
  loadRules,
  type RecordedLine,
  type RuleText,
  replayLine,
} from '@yagura/detect'
import { unwrap } from '@yagura/kernel'
import { containers, createBusyNode, type NodeRecord } from './detect/busy-node.ts'
import { NO_RULES, PACKED_HEADER_BYTES, type Pass, type RoundResult, type ThreadTask } from './detect/one-thread.ts'

export const about = 'records decoded and judged by one thread with all rules (goal: 500,000 a second)'

const RULES = join(import.meta.dirname, '../content/rules')
const THREAD = new URL('./detect/one-thread.ts', import.meta.url)
const RECORDS_PER_PASS = 20_000
const WARM_UP_PASSES = 10
/** Passes after which some minutes go by: what was done in several runs is learnt. */
const LEARNING_PASSES = 6
const RUN_NS = 11 * 60e9
const PASSES_PER_ROUND = 3
const UNPACKED_MAX = 2 ** 30
/** What V8 gives the first thread of a program, three times its half-space; other threads get less. */
const YOUNG_MIB = 96

export async function run(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--rounds')
  const rounds = at < 0 ? 6 : Number(args[at + 1])
  const recording = args.find((one, index) => !one.startsWith('--') && (at < 0 || index !== at + 1))
  const rules = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(RULES, name), 'utf8'), origin: 'yagura' as const }))
  if (recording !== undefined) judgeRecording(recording, rules, rounds)
  else await judgeNode(rules, rounds)
}

async function judgeNode(rules: readonly RuleText[], rounds: number): Promise<void> {
  console.log(
    `records of ${containers.length} containers, all rules; events a second of the thread's processor time, best of ${rounds} rounds`,
  )
  const { passes, kinds } = passesOf(1 + WARM_UP_PASSES + rounds * PASSES_PER_ROUND)
  const threads = [
    { name: 'decoded', thread: createThread(undefined, passes) },
    { name: 'decoded and judged, without rules', thread: createThread([], passes) },
    { name: 'decoded and judged, all rules', thread: createThread(rules, passes) },
  ]
  const best = new Map<string, number>()
  const last = new Map<string, RoundResult>()
  // in turns, so that what the machine does meanwhile meets all of them alike
  for (let round = 0; round < rounds; round++) {
    for (const { name, thread } of threads) {
      thread.postMessage('round')
      const [result] = (await once(thread, 'message')) as [RoundResult]
      best.set(name, Math.max(best.get(name) ?? 0, (result.events * 1e6) / result.micros))
      last.set(name, result)
    }
  }
  for (const { name, thread } of threads) {
    await thread.terminate()
    const perSecond = best.get(name) ?? 0
    const figure = Math.round(perSecond).toLocaleString('en').padStart(11)
    console.log(`${name.padEnd(36)}${figure} events/s, ${Math.round(1e9 / perSecond)} ns an event`)
    const { stats = '', signals = 0, findings = 0 } = last.get(name) ?? {}
    if (stats !== '')
      console.log(`    ${signals} signals, ${findings} findings and incidents of a learnt node; ${stats}`)
  }
  console.log(`kinds of records: ${kinds}`)
}

function createThread(rules: readonly RuleText[] | undefined, passes: readonly Pass[]): Worker {
  const task: ThreadTask = { rules, passes, warmUpPasses: WARM_UP_PASSES, passesPerRound: PASSES_PER_ROUND }
  return new Worker(THREAD, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } })
}

function pack(records: readonly NodeRecord[], endNs: number): Pass {
  const sizeBytes = records.reduce((sum, { bytes }) => sum + PACKED_HEADER_BYTES + bytes.byteLength, 0)
  const packed = new Uint8Array(new SharedArrayBuffer(sizeBytes))
  const view = new DataView(packed.buffer)
  let at = 0
  for (const { ring, bytes } of records) {
    view.setUint32(at, ring === 'security' ? 0 : 1)
    view.setUint32(at + 4, bytes.byteLength)
    packed.set(bytes, at + PACKED_HEADER_BYTES)
    at += PACKED_HEADER_BYTES + bytes.byteLength
  }
  return { packed, endNs }
}

/** All that happens, made before anything is measured: what making it leaves behind is not the reader's to clear up. */
function passesOf(count: number): { passes: Pass[]; kinds: string } {
  const node = createBusyNode()
  const counts = new Map<string, number>()
  const passes = [pack(node.begin(), node.nowNs())]
  for (let number = 1; number < count; number++) {
    if (number <= LEARNING_PASSES) node.rest(RUN_NS)
    const records = node.next(RECORDS_PER_PASS)
    for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    passes.push(pack(records, node.nowNs()))
  }
  return { passes, kinds: sharesOf(counts) }
}

function sharesOf(counts: ReadonlyMap<string, number>): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${((100 * count) / all).toFixed(1)} %`)
    .join(', ')
}

function judgeRecording(path: string, texts: readonly RuleText[], rounds: number): void {
  const { ruleSet } = unwrap(loadRules(texts, { skipBroken: true }))
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
