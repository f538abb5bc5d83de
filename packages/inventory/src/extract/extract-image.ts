// An opened image → its report: packages with evidence, and what could not be seen. What reads layers is loaded when one must be read.

import type { LayerProblem, LayerSource, OpenedImage } from '@yagura/image'
import { gapOf } from '@yagura/image/gap'
import type { Clock, Limits } from '@yagura/kernel'
import type { CoverageGapReport, ImageReport, OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { createImageCache } from '../cache/image-cache.ts'
import { keyOf } from '../cache/key.ts'
import type { ScanCache } from '../cache/scan-cache.ts'
import type { InspectionName } from '../layers/inspection.ts'
import type { Inspected } from './report-inspected.ts'
import { EXTRACTOR_VERSION } from './version.ts'
import { withoutSecrets } from './without-secrets.ts'

const MAX_GAPS = 1000

export interface ExtractOptions {
  readonly limits: Limits
  readonly clock: Clock
  /** Installed software of an image, lock files of a source tree, or no packages at all. Default: image; of a directory without an operating system, both. */
  readonly scope?: Scope | undefined
  /** What else is looked for in every file of every layer. Default: nothing. */
  readonly inspect?: readonly InspectionName[] | undefined
  /** Keeps what layers said, so that no layer is read twice. Default: none. */
  readonly cache?: ScanCache | undefined
  /** Called after each layer. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export type Scope = 'image' | 'source' | 'none'

/** What the layers of an image say, whatever it is called and wherever it comes from. */
export interface Contents {
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  readonly problems: readonly LayerProblem[]
  /** Where something was to be looked for. */
  readonly inspected?: Inspected | undefined
}

/** Throws INTEGRITY when stored bytes do not have their digest, and the signal's reason when aborted. Anything less is a coverage gap. */
export async function extractImage(opened: OpenedImage, options: ExtractOptions): Promise<ImageReport> {
  const { clock } = options
  const { contents, isWhole } = await contentsOf(opened, options)
  const { operatingSystem, packages, problems, inspected } = contents
  const image = await withoutSecrets(opened.image, options.cache)
  const gaps = [...opened.gaps, ...problems.map((problem) => gapOf(opened.image, clock, problem))]
  return {
    image,
    operatingSystem,
    packages: [...packages],
    ...(inspected && (await reported({ ...opened, image }, inspected, options, isWhole))),
    coverageGaps: mergeGaps(gaps).slice(0, MAX_GAPS),
    scannedAt: new Date(clock.nowMs()).toISOString(),
    extractorVersion: EXTRACTOR_VERSION,
  }
}

type Reported = Pick<ImageReport, 'secrets' | 'mistakes'>

/** The configuration and the names of the image have their part in these, so they are kept apart from what the layers say. */
async function reported(
  opened: OpenedImage,
  inspected: Inspected,
  { cache, limits, scope, inspect = [] }: ExtractOptions,
  isWhole: boolean,
): Promise<Reported> {
  const isKept = isWhole && opened.layers.length > 0 && opened.layers.every((source) => source.verified)
  const key = isKept ? JSON.stringify(['inspected', EXTRACTOR_VERSION, scope, inspect, limits, opened.image]) : ''
  const known = isKept ? (cache?.get(key) as Reported | undefined) : undefined
  if (known) return known
  const { reportInspected } = await import('./report-inspected.ts')
  const made = reportInspected(opened, opened.image, inspected, inspect)
  if (isKept) cache?.put(key, made)
  return made
}

interface SeenContents {
  readonly contents: Contents
  /** The same layers will always say the same. */
  readonly isWhole: boolean
}

async function contentsOf(opened: OpenedImage, options: ExtractOptions): Promise<SeenContents> {
  options.signal?.throwIfAborted()
  const isPlain = opened.layers.length > 0 && opened.layers.every((source) => source.layer === null)
  const scope = options.scope ?? opened.scope ?? (isPlain ? undefined : 'image')
  const cache =
    options.cache &&
    createImageCache(options.cache, { limits: options.limits, scope, inspect: inspectionKey(opened, options) })
  const known = cache?.get(opened.layers)
  if (known) return { contents: known, isWhole: true }
  // threads come up while what reads layers is loaded
  const large = opened.layers.filter((source) => source.isLarge && !isKept(source, { ...options, scope }))
  if (large.length > 0) (await import('../layers/threads.ts')).prepareThreadsFor(large.length)
  const { readContents } = await import('./contents.ts')
  const seen = await readContents(opened, { ...options, scope })
  if (seen.isWhole) cache?.put(opened.layers, seen.contents)
  return seen
}

/** Whether a single layer was read before. */
function isKept(source: LayerSource, { cache, limits, scope, inspect = [] }: ExtractOptions): boolean {
  const key = keyOf('layer', [source], { limits, scope, inspect })
  return key !== undefined && cache?.has(key) === true
}

/** Secrets are looked for in the configuration too, which images of the same layers need not share. */
function inspectionKey({ image }: OpenedImage, { inspect = [] }: ExtractOptions): string[] {
  return inspect.length === 0 ? [] : [...inspect, image.digest ?? '']
}

/** (code, scope, subject) is the identity of a gap: more of the same are counted. */
function mergeGaps(gaps: readonly CoverageGapReport[]): CoverageGapReport[] {
  const merged = new Map<string, CoverageGapReport>()
  for (const gap of gaps) {
    const key = `${gap.code}\0${gap.subject}`
    const known = merged.get(key)
    merged.set(key, known ? { ...known, count: known.count + gap.count } : gap)
  }
  return [...merged.values()]
}
