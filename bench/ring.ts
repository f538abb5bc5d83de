// What a record costs: to walk over, to read typed, and as a whole event. Ratios are against the bare walk of the same run.
//   npm run bench -- ring [--seconds 1]
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RECORDS } from '@yagura/schema/kernel-record'
import {
  createWritableRing,
  execBytes,
  loadHooks,
  loadLibbpf,
  mapRing,
  nextRecord,
  pathTail,
  type Ring,
  recordBytes,
  records,
  restart,
  settingsHere,
} from '@yagura/sensor/internals'
import { makeRecordReader } from './record-reader.ts'

const RING_BYTES = 1024 * 1024
/** Short passes, so that the fastest one was not interrupted on a busy machine. */
const RECORDS_PER_PASS = 2000
const BULK_RING_BYTES = 8 * 1024 * 1024
const OBJECT_PATH = join(fileURLToPath(new URL('..', import.meta.url)), 'bpf/build/yagura.bpf.o')

interface Costs {
  readonly walk: number
  readonly typed: number
  readonly strings: number
  readonly event: number
}

export async function run(args: string[]): Promise<void> {
  const index = args.indexOf('--seconds')
  const budgetMs = 1000 * (index < 0 ? 1 : Number(args[index + 1]))
  console.log('nanoseconds a record (times the bare walk)')
  console.log(row('', 'walk', 'typed fields', 'and strings', 'whole event'))
  for (const [name, make] of Object.entries(SAMPLES)) {
    const { ring } = filledRing(make)
    print(name, measure(ring, budgetMs / 4))
  }
  benchKernelRing(budgetMs / 4)
}

const HEADER = {
  cgroupId: 42,
  startNs: 5_000_000_000,
  pid: 4242,
  tid: 4242,
  parentPid: 1,
  command: Buffer.from('nginx'),
}
const SOCKET = {
  ...HEADER,
  family: 2,
  protocol: 6,
  localAddress: Uint8Array.of(10, 0, 0, 7),
  remoteAddress: Uint8Array.of(10, 0, 0, 9),
  localPort: 45_678,
  remotePort: 5432,
}

/** One record of each kind; `n` varies what varies in life. */
const SAMPLES: Readonly<Record<string, (n: number) => Uint8Array>> = {
  exec: (n) =>
    execBytes(
      { ...HEADER, timeNs: n, sequence: n },
      { args: ['ls', '-l', `/tmp/${n % 64}`], exe: '/usr/bin/ls', cwd: '/srv' },
    ),
  fork: (n) => recordBytes('fork', { ...HEADER, timeNs: n, sequence: n, childPid: 5000 + (n % 64), childStartNs: 6e9 }),
  connect: (n) => recordBytes('connect', { ...SOCKET, timeNs: n, sequence: n }),
  open: (n) => {
    const tail = pathTail(`/var/lib/app/data/${n % 64}.log`)
    return recordBytes('open', { ...HEADER, timeNs: n, sequence: n, openFlags: 1, pathSize: tail.byteLength }, tail)
  },
}

function filledRing(make: (n: number) => Uint8Array): { ring: Ring } {
  const writable = createWritableRing(RING_BYTES)
  for (let n = 0; writable.write(make(n)); n++);
  return writable
}

/** Kept, so that no work is optimised away. */
let sink = 0

function measure(ring: Ring, budgetMs: number): Costs {
  const read = makeRecordReader([{ cgroupId: HEADER.cgroupId, path: `/system.slice/docker-${'ab'.repeat(32)}.scope` }])
  return {
    walk: fastest(budgetMs, () => walk(ring)),
    typed: nsPerRecord(ring, budgetMs, typed),
    strings: nsPerRecord(ring, budgetMs, (at, length) => {
      typed(at, length)
      strings(at, length)
    }),
    event: nsPerRecord(ring, budgetMs, (at, length) => {
      if (read(ring.memory, at, length, 0) !== undefined) sink++
    }),
  }

  function typed(at: number, length: number): void {
    const { memory } = ring
    sink += records.typeOf(memory, at, length) + records.timeNs(memory, at) + records.pid(memory, at)
    sink += records.cgroupId(memory, at) + records.startNs(memory, at) + records.uid(memory, at)
  }

  function strings(at: number, length: number): void {
    const { memory } = ring
    sink += records.command(memory, at).length
    const type = records.typeOf(memory, at, length)
    if (type === RECORDS.exec.type) {
      sink += records.execExe(memory, at, length).length + records.execArguments(memory, at, length).args.length
    } else if (type === RECORDS.connect.type) sink += records.remoteAddress(memory, at).length
    else if (type === RECORDS.open.type) sink += records.openPath(memory, at, length).length
  }
}

/** The bare walk has a loop of its own: a call for every record would be most of its time. */
function walk(ring: Ring): number {
  let count = 0
  restart(ring)
  while (count < RECORDS_PER_PASS && nextRecord(ring) === 'record') {
    sink += ring.length
    count++
  }
  return count
}

function nsPerRecord(ring: Ring, budgetMs: number, visit: (at: number, length: number) => void): number {
  return fastest(budgetMs, () => {
    let count = 0
    restart(ring)
    while (count < RECORDS_PER_PASS && nextRecord(ring) === 'record') {
      visit(ring.at, ring.length)
      count++
    }
    return count
  })
}

/** Passes over the whole ring again and again without giving room back, and takes the fastest pass. */
function fastest(budgetMs: number, pass: () => number): number {
  let best = Number.POSITIVE_INFINITY
  const endMs = performance.now() + budgetMs
  for (let passes = 0; passes < 3 || performance.now() < endMs; passes++) {
    const startedMs = performance.now()
    const count = pass()
    best = Math.min(best, ((performance.now() - startedMs) * 1e6) / count)
  }
  return best
}

/** The ring of the running kernel, filled by a program that opens files: as root, on a kernel with BTF. */
function benchKernelRing(budgetMs: number): void {
  const bpf = loadLibbpf()
  if (process.getuid?.() !== 0 || !bpf.ok || !existsSync(OBJECT_PATH)) {
    console.log('kernel ring: left out (needs root, libbpf and the compiled BPF object)')
    return
  }
  const loaded = loadHooks(bpf.value, {
    objectPath: OBJECT_PATH,
    withoutHooks: [],
    ringBytes: BULK_RING_BYTES,
    arch: process.arch,
    settings: { ...settingsHere('', 0n), generation: 0, repeatMs: 0, bulkPerSecond: 0 },
    handover: undefined,
  })
  if (!loaded.ok) {
    console.log(`kernel ring: left out (${loaded.error.message})`)
    return
  }
  const { ring, unmap } = mapRing(loaded.value.mapFd('bulk'), BULK_RING_BYTES)
  const opener =
    "for (let n = 0; n < 40000; n++) require('fs').closeSync(require('fs').openSync('/dev/shm/yagura-bench', 'a'))"
  spawnSync(process.execPath, ['-e', `${opener}; require('fs').unlinkSync('/dev/shm/yagura-bench')`], {
    timeout: 30_000,
  })
  print('kernel: open', measure(ring, budgetMs))
  loaded.value.close()
  unmap()
}

function print(name: string, { walk, typed, strings, event }: Costs): void {
  const cell = (ns: number) => `${ns.toFixed(1)} (×${(ns / walk).toFixed(1)})`
  console.log(row(name, walk.toFixed(1), cell(typed), cell(strings), cell(event)))
  if (Number.isNaN(sink)) console.log(sink)
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(14) + cells.map((cell) => cell.padStart(18)).join('')
}
