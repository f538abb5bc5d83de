// How fast one thread judges events that are decoded already, with all rules of the product, and what the detector takes in memory.
//   npm run bench -- detect [RECORDING]     a recording of `yagura agent record`; without one a made-up mix
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import {
  createCountingIds,
  createDetector,
  createReplayed,
  loadRules,
  type RecordedLine,
  replayLine,
} from '@yagura/detect'
import { systemClock, unwrap } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'

export const about = 'events judged by one thread with all rules (goal: 500,000 a second, decoding included)'

const RULES = join(import.meta.dirname, '../content/rules')
const SECONDS = 5
const MADE_PROCESSES = 4000
const UNPACKED_MAX = 2 ** 30

export function run(args: readonly string[]): void {
  const texts = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(RULES, name), 'utf8'), origin: 'yagura' as const }))
  const { ruleSet } = unwrap(loadRules(texts, { skipBroken: true }))
  const lines = args[0] === undefined ? madeUp() : recorded(args[0])
  const events = lines.flatMap((line) => ('event' in line ? [line.event] : []))
  console.log(
    `${events.length} events of ${new Set(events.map((event) => event.type)).size} kinds, ${ruleSet.rules.length} rules`,
  )

  for (const [name, rules] of [
    [
      'without rules',
      { rules: [], eventTypes: new Set<KernelEvent['type']>(), evaluate: () => [], evaluateAudit: () => [] },
    ],
    ['all rules', ruleSet],
  ] as const) {
    const before = heapBytes()
    const detector = createDetector({ rules, hostKey: 'host:bench', newId: createCountingIds() })
    // once for the compiler, and so that processes, files and containers are known
    const warm = createReplayed()
    for (const line of lines) replayLine(detector, line, warm)
    const startMs = systemClock.monotonicMs()
    const used = process.cpuUsage()
    let judged = 0
    while (systemClock.monotonicMs() - startMs < SECONDS * 1000) {
      for (const event of events) detector.receive(event)
      judged += events.length
    }
    const seconds = (systemClock.monotonicMs() - startMs) / 1000
    const cpu = process.cpuUsage(used)
    const perSecond = Math.round(judged / seconds)
    const perCpuSecond = Math.round(judged / ((cpu.user + cpu.system) / 1e6))
    const heap = Math.round((heapBytes() - before) / 2 ** 20)
    const bare = bareLoop(events)
    console.log(
      `${name.padEnd(15)}${perSecond.toLocaleString('en').padStart(12)} events/s, ${perCpuSecond.toLocaleString('en')} per second of CPU  (walking them alone: ${bare.toLocaleString('en')}/s)  ` +
        `memory ${heap} MiB more, ${detector.stats().processes} processes, ${detector.stats().files} files, ${detector.stats().chains} chains`,
    )
  }
}

/** What the machine gives right now: the same events, only their texts looked at. */
function bareLoop(events: readonly KernelEvent[]): number {
  const startMs = systemClock.monotonicMs()
  let walked = 0
  let sum = 0
  while (systemClock.monotonicMs() - startMs < 500) {
    for (const event of events) sum += event.exe.length + event.at.charCodeAt(20) + event.pid
    walked += events.length
  }
  return sum === 0 ? 0 : Math.round(walked / ((systemClock.monotonicMs() - startMs) / 1000))
}

function heapBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function recorded(path: string): RecordedLine[] {
  const text = zstdDecompressSync(readFileSync(path), { maxOutputLength: UNPACKED_MAX }).toString('utf8')
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedLine)
}

/** What a busy node shows: many file opens and connections, some programs started, in forty containers. */
function madeUp(): RecordedLine[] {
  const lines: RecordedLine[] = []
  const startMs = Date.UTC(2026, 0, 1)
  let serial = 0
  for (let number = 0; number < MADE_PROCESSES; number++) {
    const containerId = `c${number % 40}`
    const parent = { pid: 100 + (number % 40), exe: '/usr/bin/app', startNs: '1000000000' }
    const base = () => ({
      id: `b.0.${++serial}`,
      at: new Date(startMs + serial).toISOString(),
      source: 'ebpf' as const,
      pid: 10_000 + number,
      tid: 10_000 + number,
      parentPid: parent.pid,
      startNs: `${20_000 + number}0000000`,
      uid: 0,
      gid: 0,
      command: 'worker',
      exe: '/usr/bin/worker',
      cgroupId: String(number % 40),
      containerId,
      ancestry: [parent],
    })
    const file = (path: string, flags: number) =>
      ({
        ...base(),
        type: 'open',
        path,
        flags,
        created: flags !== 0,
        inode: String(hash(path)),
        device: 7,
        layer: 'image',
      }) as const
    const event = (one: KernelEvent) => lines.push({ event: one })
    event({
      ...base(),
      pid: parent.pid,
      tid: parent.pid,
      startNs: parent.startNs,
      exe: parent.exe,
      type: 'fork',
      childPid: 10_000 + number,
      childStartNs: `${20_000 + number}0000000`,
    })
    event({
      ...base(),
      type: 'exec',
      args: ['worker', '--job', String(number)],
      argsTruncated: false,
      cwd: '/',
      exeInode: '55',
      exeDevice: 7,
      exeLayer: 'image',
      stdio: [],
    })
    for (let each = 0; each < 30; each++) event(file(`/usr/lib/x86_64-linux-gnu/lib${each}.so`, 0))
    for (let each = 0; each < 8; each++) event(file(`/var/lib/app/${number % 50}/${each}`, 1))
    for (let each = 0; each < 6; each++) {
      event({
        ...base(),
        type: 'connect',
        family: 'inet',
        protocol: 'tcp',
        localAddress: '10.1.0.2',
        localPort: 4000,
        remoteAddress: `10.2.${number % 40}.9`,
        remotePort: 8443,
        socketId: String(number * 10 + each),
        result: 0,
      })
    }
    event({ ...base(), type: 'exit', exitCode: 0, signal: 0 })
  }
  return lines
}

function hash(text: string): number {
  let sum = 1
  for (const char of text) sum = (Math.imul(sum, 33) + char.charCodeAt(0)) >>> 0
  return sum
}
