// A cold scan against gunzip of the same layers in the same runtime: what scanning costs beyond unpacking, with secrets and mistakes
// and without; and a scan of a known image, from start to end.
// Every measurement is a process of its own, so that CPU time and peak memory are those of one thing; the best of several rounds
// counts, as other load only adds.
//   npm run bench -- scan [OCI-LAYOUT]     without one, images are made: a Debian root (where mmdebstrap is), and one large file
import { spawnSync } from 'node:child_process'
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { openImage } from '@yagura/image'
import { gzipLayer, ociBlobs, writeOciLayout } from '@yagura/image/testing'
import { extractImage, INSPECTIONS, type InspectionName } from '@yagura/inventory'
import { defaultLimits, systemClock, unwrap, YaguraError } from '@yagura/kernel'
import { UNPACK_BUFFERS } from '@yagura/safe-io'
import { padding, tarHeader } from '@yagura/safe-io/testing'

export const about =
  'a cold scan against gunzip of the same layers (goal: 1.5 times, 200 MB), and a known image (50 ms beyond the runtime)'

const ROUNDS = 5
/** As the launcher does: code is compiled once, not in every run. */
const COMPILED = join(tmpdir(), `yagura-bench-compiled-${process.getuid?.() ?? 0}`)
const MiB = 1024 * 1024

interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMiB: number
}

export async function run(args: readonly string[]): Promise<void> {
  if (args[0] === '--measure') {
    console.log(JSON.stringify(await measure(args[1] ?? '', args[2] ?? '')))
    return
  }
  const work = mkdtempSync(join(tmpdir(), 'yagura-bench-scan-'))
  try {
    const layouts = args[0] === undefined ? makeLayouts(work) : new Map([[args[0], args[0]]])
    for (const [name, layout] of layouts) report(name, layout)
  } finally {
    rmSync(work, { recursive: true })
    rmSync(COMPILED, { recursive: true, force: true })
  }
}

const WORK = ['runtime alone', 'gunzip', 'packages', 'everything'] as const
type Work = (typeof WORK)[number]

/** The rounds of all take turns, so that what else the machine does falls on each of them. */
function report(name: string, layout: string): void {
  const rounds = Array.from({ length: ROUNDS }, () => WORK.map((work) => spawnMeasure(layout, work)))
  const best = new Map(WORK.map((work, at) => [work, bestOf(rounds.flatMap((round) => round[at] ?? []))]))
  const [idle, gunzip] = [best.get('runtime alone'), best.get('gunzip')]
  if (!idle || !gunzip) return
  console.log(name)
  for (const [work, { wallMs, cpuMs, peakMiB }] of best) {
    const wall = wallMs / gunzip.wallMs
    const cpu = (cpuMs - idle.cpuMs) / (gunzip.cpuMs - idle.cpuMs)
    const ratios =
      work === 'packages' || work === 'everything'
        ? `   ${wall.toFixed(2)} × gunzip by the clock, ${cpu.toFixed(2)} × in CPU time`
        : ''
    console.log(
      `  ${work.padEnd(14)}${wallMs.toFixed(0).padStart(7)} ms ${cpuMs.toFixed(0).padStart(7)} ms CPU ${peakMiB.toFixed(0).padStart(5)} MiB peak${ratios}`,
    )
  }
  reportCached(layout)
}

function bestOf(rounds: readonly Measured[]): Measured {
  return {
    wallMs: Math.min(...rounds.map((round) => round.wallMs)),
    cpuMs: Math.min(...rounds.map((round) => round.cpuMs)),
    peakMiB: Math.max(...rounds.map((round) => round.peakMiB)),
  }
}

/** The command line as a whole, from start to end, beside a runtime that does nothing. */
function reportCached(layout: string): void {
  const home = mkdtempSync(join(tmpdir(), 'yagura-bench-home-'))
  const scan = [join(import.meta.dirname, '..', 'apps', 'cli', 'src', 'main.ts'), 'scan', `oci:${layout}`]
  const time = (args: readonly string[]) => {
    const start = performance.now()
    const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      encoding: 'utf8',
      env: { ...process.env, YAGURA_DATA_DIR: home, NODE_COMPILE_CACHE: COMPILED },
    })
    if (child.status !== 0) throw new YaguraError('INTERNAL', `Measuring failed: ${child.stderr.trim()}`)
    return performance.now() - start
  }
  try {
    time(scan)
    const rounds = Array.from({ length: 3 * ROUNDS }, () => [time(['-e', '0']), time(scan)] as const)
    const node = Math.min(...rounds.map(([one]) => one))
    const cached = Math.min(...rounds.map(([, one]) => one))
    console.log(
      `  known image: ${cached.toFixed(0)} ms from start to end, ${(cached - node).toFixed(0)} ms beyond the start of the runtime (${node.toFixed(0)} ms)\n`,
    )
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function spawnMeasure(layout: string, what: Work): Measured {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawnSync(process.execPath, [main, 'scan', '--measure', what, layout], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  })
  if (child.status !== 0) throw new YaguraError('INTERNAL', `Measuring failed: ${child.stderr.trim()}`)
  return JSON.parse(child.stdout) as Measured
}

/** Wall time of the work alone; CPU time and memory of the whole process. */
async function measure(what: string, layout: string): Promise<Measured> {
  const start = performance.now()
  if (what === 'gunzip') await gunzipLayers(layout)
  if (what === 'packages') await extract(layout, [])
  if (what === 'everything') await extract(layout, INSPECTIONS)
  const wallMs = performance.now() - start
  const usage = process.resourceUsage()
  return { wallMs, cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, peakMiB: peakMiB() }
}

/** Of this program alone: what getrusage tells begins with the size of the process that started it (proc(5), VmHWM). */
function peakMiB(): number {
  const [, kib = Number.NaN] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) / 1024
}

async function gunzipLayers(layout: string): Promise<void> {
  const blobs = join(layout, 'blobs', 'sha256')
  const layers = readdirSync(blobs).filter((name) => statSync(join(blobs, name)).size > MiB)
  for (const layer of layers)
    await pipeline(
      createReadStream(join(blobs, layer), { highWaterMark: 256 * 1024 }),
      createGunzip(UNPACK_BUFFERS),
      async (unpacked: AsyncIterable<Buffer>) => {
        for await (const _ of unpacked) {
          // unpacking is all that is measured
        }
      },
    )
}

async function extract(layout: string, inspect: readonly InspectionName[]): Promise<void> {
  const opened = unwrap(await openImage({ kind: 'oci', path: layout, reference: null }, { limits: defaultLimits }))
  const result = await extractImage(opened, { limits: defaultLimits, clock: systemClock, inspect })
  await opened.close()
  const gap = result.coverageGaps.find(({ subject }) => !subject.startsWith('secrets of '))
  if (gap) throw new YaguraError('INTERNAL', gap.reason)
}

function makeLayouts(work: string): Map<string, string> {
  const layouts = new Map<string, string>()
  const debian = join(work, 'debian.tar')
  const made = spawnSync('mmdebstrap', ['--variant=important', 'bookworm', debian], { stdio: 'ignore' })
  if (made.status === 0 && existsSync(debian))
    layouts.set('a Debian 12 root', layoutOf(work, 'debian', readFileSync(debian)))
  else console.log('mmdebstrap is not here or failed: the Debian root is left out.\n')
  layouts.set('600 MB, of which one file of 500 MB', layoutOf(work, 'large', largeTar()))
  return layouts
}

function layoutOf(work: string, name: string, tar: Buffer): string {
  return writeOciLayout(join(work, name), ociBlobs([gzipLayer(tar)]))
}

/** One file of 500 MB, a model say, and 25,000 files of 4 KiB. */
function largeTar(): Buffer {
  const words = likeAProgram(64 * 1024)
  const large = Buffer.alloc(500 * MiB)
  for (let at = 0; at < large.length; at += words.length) {
    words.copy(large, at)
    large.writeUInt32LE(at, at)
  }
  const small = words.subarray(0, 4096)
  const files = Array.from({ length: 25_000 }, (_, at) => [
    tarHeader({ name: `usr/share/small/${at}`, size: 4096 }),
    small,
  ])
  const header = tarHeader({ name: 'opt/model.bin', size: large.length })
  return Buffer.concat([header, large, padding(large.length), ...files.flat(), Buffer.alloc(1024)])
}

/** Bytes that gzip packs to about 40 %, as it does programs: noise of 6 bits, every third time what stood there shortly before. */
function likeAProgram(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let noise = 0x9e3779b9
  for (let at = 0; at < length; at++) {
    noise ^= noise << 13
    noise ^= noise >>> 17
    noise ^= noise << 5
    bytes[at] = at > 1000 && at % 96 >= 32 ? (bytes[at - 700] ?? 0) : noise & 0x3f
  }
  return bytes
}
