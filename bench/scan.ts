// Cold extraction of a layer against gunzip of the same bytes in the same runtime: what scanning costs beyond unpacking.
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
import { extractImage } from '@yagura/inventory'
import { defaultLimits, systemClock, unwrap, YaguraError } from '@yagura/kernel'
import { UNPACK_BUFFERS } from '@yagura/safe-io'
import { padding, tarHeader } from '@yagura/safe-io/testing'

export const about = 'cold extraction of an image against gunzip of the same layers (goal: 1.5 times, 200 MB)'

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

function report(name: string, layout: string): void {
  const gunzip = best(layout, 'gunzip')
  const extract = best(layout, 'extract')
  const idle = best(layout, 'nothing')
  console.log(name)
  for (const [what, one] of Object.entries({ gunzip, extract, 'runtime alone': idle }))
    console.log(
      `  ${what.padEnd(14)}${one.wallMs.toFixed(0).padStart(7)} ms ${one.cpuMs.toFixed(0).padStart(7)} ms CPU ${one.peakMiB.toFixed(0).padStart(5)} MiB peak`,
    )
  const wall = (extract.wallMs / gunzip.wallMs).toFixed(2)
  const cpu = ((extract.cpuMs - idle.cpuMs) / (gunzip.cpuMs - idle.cpuMs)).toFixed(2)
  console.log(`  extract : gunzip = ${wall} by the clock, ${cpu} in CPU time\n`)
}

function best(layout: string, what: string): Measured {
  const rounds = Array.from({ length: ROUNDS }, () => spawnMeasure(layout, what))
  return {
    wallMs: Math.min(...rounds.map((round) => round.wallMs)),
    cpuMs: Math.min(...rounds.map((round) => round.cpuMs)),
    peakMiB: Math.max(...rounds.map((round) => round.peakMiB)),
  }
}

function spawnMeasure(layout: string, what: string): Measured {
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
  if (what === 'extract') await extract(layout)
  const wallMs = performance.now() - start
  const usage = process.resourceUsage()
  return { wallMs, cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, peakMiB: usage.maxRSS / 1024 }
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

async function extract(layout: string): Promise<void> {
  const opened = unwrap(await openImage({ kind: 'oci', path: layout, reference: null }, { limits: defaultLimits }))
  const result = await extractImage(opened, { limits: defaultLimits, clock: systemClock })
  await opened.close()
  if (result.coverageGaps.length > 0) throw new YaguraError('INTERNAL', result.coverageGaps[0]?.reason ?? '')
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
