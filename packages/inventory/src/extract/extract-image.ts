// An opened image → its report: packages with evidence, and what could not be seen.

import {
  gapOf,
  type ImageFiles,
  type LayerProblem,
  type OpenedImage,
  type PlacedProblem,
  readFiles,
  type Wants,
} from '@yagura/image'
import type { Clock, Limits } from '@yagura/kernel'
import type { CoverageGapReport, ImageReport, OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { extractors } from '../../generated/extractors.ts'
import type { Extractor, FoundPackage } from '../extractors/extractor.ts'
import { OS_RELEASE_FILES, parseOsRelease } from '../os-release/os-release.ts'
import { extractPackages, type PlacedPackage } from './states.ts'

/** Rises when extractors learn something, so that stored reports are made again. */
export const EXTRACTOR_VERSION = 1

const MAX_PACKAGES = 200_000
const MAX_GAPS = 1000
const MAX_PURL = 2048
const MAX_PATH = 4096

export interface ExtractOptions {
  readonly limits: Limits
  readonly clock: Clock
  /** Called after each layer. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Throws INTEGRITY when stored bytes do not have their digest, and the signal's reason when aborted. Anything less is a coverage gap. */
export async function extractImage(opened: OpenedImage, options: ExtractOptions): Promise<ImageReport> {
  const { limits, clock } = options
  const files = await readFiles(opened.layers, wants(), {
    limits,
    signal: options.signal,
    onLayer: options.onProgress,
  })
  const operatingSystem = readOperatingSystem(files)
  const gaps = [...opened.gaps, ...files.problems.map((problem) => layerGap(opened, clock, problem))]
  const packages: SoftwarePackage[] = []
  for (const extractor of extractors) {
    const extracted = extractPackages(extractor, files, limits)
    for (const problem of extracted.problems)
      gaps.push(gapOf(opened.image, clock, { code: 'FILE_INVALID', ...problem, path: `/${problem.path}` }))
    for (const placed of extracted.packages) {
      const found = describe(extractor, placed, opened, operatingSystem)
      packages.push(found)
      if (found.purl === '') gaps.push(gapOf(opened.image, clock, withoutPurl(found)))
    }
  }
  packages.sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name) || compare(a.version, b.version))
  if (packages.length > MAX_PACKAGES)
    gaps.push(
      gapOf(opened.image, clock, {
        code: 'LIMIT_REACHED',
        path: '',
        reason: `The image has more than ${MAX_PACKAGES} packages; the rest was left out.`,
      }),
    )
  return {
    image: opened.image,
    operatingSystem,
    packages: packages.slice(0, MAX_PACKAGES),
    coverageGaps: mergeGaps(gaps).slice(0, MAX_GAPS),
    scannedAt: new Date(clock.nowMs()).toISOString(),
    extractorVersion: EXTRACTOR_VERSION,
  }
}

function wants(): Wants {
  return {
    files: new Set([...OS_RELEASE_FILES, ...extractors.flatMap((extractor) => extractor.files)]),
    directories: new Set(extractors.flatMap((extractor) => extractor.directories)),
  }
}

function readOperatingSystem(files: ImageFiles): OperatingSystem | null {
  if (files.layerCount === 0) return null
  const last = files.filesAt(files.layerCount - 1)
  for (const path of OS_RELEASE_FILES) {
    const file = last.find((candidate) => candidate.path === path)
    const os = file ? parseOsRelease(file.bytes.toString('utf8')) : null
    if (os) return os
  }
  return null
}

function describe(
  extractor: Extractor,
  placed: PlacedPackage,
  opened: OpenedImage,
  os: OperatingSystem | null,
): SoftwarePackage {
  const { found } = placed
  return {
    name: found.name,
    version: found.version,
    type: found.type,
    purl: purlOf(extractor, found, os),
    architecture: found.architecture,
    source: found.source,
    licenses: [...found.licenses],
    locations: placed.files.map((file) => ({
      path: `/${file.path}`.slice(0, MAX_PATH),
      layer: opened.layers[file.content.layer]?.layer?.diffId ?? null,
    })),
    layer: opened.layers[placed.introducedBy]?.layer?.diffId ?? null,
  }
}

/** Names that strangers made may fit into no package URL; the package is kept without one. */
function purlOf(extractor: Extractor, found: FoundPackage, os: OperatingSystem | null): string {
  try {
    const purl = extractor.purl(found, os)
    return purl.length <= MAX_PURL ? purl : ''
  } catch {
    return ''
  }
}

function withoutPurl(found: SoftwarePackage): LayerProblem {
  const path = found.locations[0]?.path ?? ''
  return { code: 'FILE_INVALID', path, reason: 'A package has a name or version that fits into no package URL.' }
}

/** A problem of a whole layer names the layer; one of a file names the file. */
function layerGap(opened: OpenedImage, clock: Clock, problem: PlacedProblem): CoverageGapReport {
  const layer = opened.layers[problem.layer]?.layer?.diffId
  const path = problem.path === '' ? (layer ?? '') : `/${problem.path}`
  return gapOf(opened.image, clock, { ...problem, path })
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
