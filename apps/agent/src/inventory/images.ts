// Describes the images that the server asks for, one at a time and with a low priority. A description is kept on disk under the
// image's digest and the extractors' version: content does not change under a digest.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { EXTRACTOR_VERSION } from '@yagura/inventory'
import type { Clock, Logger } from '@yagura/kernel'
import { type BatchItem, type ImageReport, imageReport } from '@yagura/schema'
import type { GapBook } from '../gaps/book.ts'
import { runJob } from '../host/run-job.ts'
import type { Listing } from '../runtimes/collect.ts'
import type { ImageSource } from '../runtimes/runtime.ts'
import type { ExtractJob } from './extract-job.ts'
import { imageKey } from './reports.ts'

export interface ImageDescriberOptions {
  readonly cacheDirectory: string
  readonly clock: Clock
  readonly logger: Logger
  readonly gaps: GapBook
  readonly send: (items: readonly BatchItem[]) => void
}

export interface ImageDescriber {
  /** Where images can be read now. */
  noteListing(listing: Listing): void
  /** The server wants these described; asked for again and again until they are. */
  want(digests: readonly string[]): void
  stop(): Promise<void>
}

interface Known {
  readonly names: readonly string[]
  readonly sources: readonly ImageSource[]
}

const CACHE_BYTES_MAX = 256 * 1024 * 1024
const REPORT_BYTES_MAX = 256 * 1024 * 1024
const HEAP_MIB = 1024
const SENTENCE_MAX = 4000
/** Before the same image is tried or sent once more. */
const PAUSE_MS = 5 * 60_000
const JOB = join(import.meta.dirname, 'extract-job.ts')

export function createImageDescriber(options: ImageDescriberOptions): ImageDescriber {
  const { clock, logger } = options
  const directory = join(options.cacheDirectory, 'images')
  const layers = join(options.cacheDirectory, 'layers')
  const stopping = new AbortController()
  const queue = new Set<string>()
  const settledAtMs = new Map<string, number>()
  /** digest → why, of images that could not be described. */
  const failures = new Map<string, string>()
  let known = new Map<string, Known>()
  let running: Promise<void> | undefined

  async function describe(digest: string): Promise<void> {
    const place = known.get(digest)
    if (!place) return
    const output = join(directory, `${digest.slice(digest.indexOf(':') + 1)}.${EXTRACTOR_VERSION}.json.zst`)
    let report = readReport(output)
    let reason: string | undefined
    if (!report) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const job: ExtractJob = { digest, names: place.names, sources: place.sources, output, layers }
      reason = await runJob({ program: JOB, job, heapMiB: HEAP_MIB, what: 'Reading the image' }, stopping.signal)
      if (stopping.signal.aborted) return
      report = readReport(output)
    }
    const now = new Date(clock.nowMs()).toISOString()
    if (report) {
      options.send([{ item: 'image', report }])
      logger.info({ image: place.names[0] ?? digest, packages: report.packages.length }, 'An image was described.')
    } else logger.warn({ image: place.names[0] ?? digest, reason }, 'An image could not be described.')
    failures.delete(digest)
    if (!report) failures.set(digest, reason ?? 'The report of the image cannot be read.')
    const gaps = options.gaps.settle(
      ['IMAGE_UNREADABLE'],
      [...failures].map(([failed, why]) => imageGap(failed, why, now)),
      now,
    )
    options.send(gaps.map((gap) => ({ item: 'gap', gap })))
    pruneCache(directory)
  }

  async function run(): Promise<void> {
    for (const digest of queue) {
      if (stopping.signal.aborted) return
      await describe(digest).catch((error: unknown) => logger.error({ err: error }, 'An image could not be described.'))
      settledAtMs.set(digest, clock.monotonicMs())
      // only now: the server goes on asking while the work is done
      queue.delete(digest)
    }
  }

  return {
    noteListing(listing) {
      known = placesOf(listing)
      for (const digest of settledAtMs.keys()) if (!known.has(digest)) settledAtMs.delete(digest)
      for (const digest of failures.keys()) if (!known.has(digest)) failures.delete(digest)
    },
    want(digests) {
      for (const digest of digests) {
        const settled = settledAtMs.get(digest)
        if (settled !== undefined && clock.monotonicMs() - settled < PAUSE_MS) continue
        if (known.has(digest)) queue.add(digest)
      }
      if (queue.size === 0 || stopping.signal.aborted) return
      running ??= run().finally(() => {
        running = undefined
      })
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** The store first; then the root of a container that runs the image. */
function placesOf(listing: Listing): Map<string, Known> {
  const places = new Map<string, Known>()
  for (const { facts, source } of listing.images) {
    places.set(facts.digest, { names: facts.names, sources: source ? [source] : [] })
  }
  for (const { facts } of listing.containers) {
    if (!facts.imageDigest || facts.pid === null) continue
    const place = places.get(facts.imageDigest) ?? { names: facts.imageName ? [facts.imageName] : [], sources: [] }
    if (place.sources.some((source) => source.target.kind === 'rootfs')) continue
    const root: ImageSource = { target: { kind: 'rootfs', path: `/proc/${facts.pid}/root` } }
    places.set(facts.imageDigest, { ...place, sources: [...place.sources, root] })
  }
  return places
}

function readReport(path: string): ImageReport | undefined {
  try {
    const json = zstdDecompressSync(readFileSync(path), { maxOutputLength: REPORT_BYTES_MAX }).toString('utf8')
    return imageReport.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

/** Oldest descriptions go when there are too many. */
function pruneCache(directory: string): void {
  const files = readdirSync(directory)
    .map((name) => ({ path: join(directory, name), stats: statSync(join(directory, name), { throwIfNoEntry: false }) }))
    .filter((file) => file.stats !== undefined)
    .sort((a, b) => (b.stats?.mtimeMs ?? 0) - (a.stats?.mtimeMs ?? 0))
  let total = 0
  for (const file of files) {
    total += file.stats?.size ?? 0
    if (total > CACHE_BYTES_MAX) rmSync(file.path, { force: true })
  }
}

function imageGap(digest: string, reason: string, observedAt: string) {
  return {
    code: 'IMAGE_UNREADABLE' as const,
    scope: imageKey(digest),
    subject: '',
    reason: reason.slice(0, SENTENCE_MAX),
    remedy: null,
    count: 1,
    observedAt,
    resolved: false,
  }
}
