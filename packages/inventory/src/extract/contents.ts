// What the layers of an image say: all that does not depend on what the image is called, where it comes from, and when it is looked at.

import type { LayerProblem, OpenedImage, PlacedProblem } from '@yagura/image'
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { createLayerCache } from '../cache/layer-cache.ts'
import type { Extractor, FoundPackage } from '../extractors/extractor.ts'
import type { InspectionName, LayerInspector } from '../layers/inspection.ts'
import { type ImageReading, readImage } from '../layers/read-image.ts'
import { createReaders, OS_RELEASE, type Readers } from '../layers/readers.ts'
import { isWhole } from '../layers/reading.ts'
import { spdxExpressions } from '../licences/spdx-expression.ts'
import { APK_REPOSITORIES } from '../os-release/apk-repositories.ts'
import { branchOf, isBuildInfo } from '../os-release/content-sets.ts'
import { OS_RELEASE_FILES } from '../os-release/os-release.ts'
import type { Contents, ExtractOptions, Scope } from './extract-image.ts'
import { extractNamed } from './named.ts'
import { createOwners, type Owners } from './owners.ts'
import { type Extracted, NOTHING_EXTRACTED, type PlacedPackage } from './placed.ts'
import { databasesAt, extractDatabases } from './states.ts'
import { withoutLocked } from './unlocked.ts'

const MAX_PACKAGES = 200_000
const MAX_PURL = 2048
const MAX_PATH = 4096

export interface ReadContents {
  readonly contents: Contents
  /** The same layers will always say the same. */
  readonly isWhole: boolean
}

/** `scope` undefined: what is installed; where there is no operating system, the directory is read as a source tree too. */
export async function readContents(opened: OpenedImage, options: ExtractOptions): Promise<ReadContents> {
  if (options.scope !== undefined) return readScope(opened, options, options.scope)
  const installed = await readScope(opened, options, 'image')
  return installed.contents.operatingSystem ? installed : readScope(opened, options, undefined)
}

async function readScope(
  opened: OpenedImage,
  options: ExtractOptions,
  scope: Scope | undefined,
): Promise<ReadContents> {
  const { limits, inspect = [] } = options
  const cache = options.cache && createLayerCache(options.cache, { limits, scope, inspect })
  const equipment = equipmentOf(scope, inspect)
  // told of where it is waited for
  equipment.catch(() => {})
  const image = await readImage(opened.layers, equipment, {
    limits,
    signal: options.signal,
    onLayer: options.onProgress,
    known: cache?.get,
    onReading: cache?.put,
  })
  const { active, readers } = await equipment
  const named = extractNamed(readers, image)
  const contents = contentsOfReading(opened, active, operatingSystemOf(readers, image), image, named)
  const whole = image.layers.every(isWhole)
  if (inspect.length === 0) return { contents, isWhole: whole }
  const { inspectedOf } = await import('./inspected.ts')
  const { problems, ...inspected } = inspectedOf(opened, image)
  return { contents: { ...contents, problems: [...contents.problems, ...problems], inspected }, isWhole: whole }
}

/** Loaded while layers are unpacked already. */
async function equipmentOf(scope: Scope | undefined, inspect: readonly InspectionName[]) {
  const active = await extractorsOf(scope)
  return { active, readers: createReaders(active), inspect: await inspectorOf(inspect) }
}

/** Patterns and rules are loaded by those who want them. */
async function inspectorOf(names: readonly InspectionName[]): Promise<(() => LayerInspector) | undefined> {
  if (names.length === 0) return undefined
  const { layerInspectors } = await import('../layers/inspect-layer.ts')
  return layerInspectors(names)
}

function contentsOfReading(
  opened: OpenedImage,
  active: readonly Extractor[],
  operatingSystem: OperatingSystem | null,
  image: ImageReading,
  named: ReadonlyMap<string, Extracted>,
): Contents {
  const problems = image.problems.map((problem) => placedProblem(opened, problem))
  const extracted = active.map((extractor) =>
    joined(extractDatabases(extractor, image), named.get(extractor.name) ?? NOTHING_EXTRACTED),
  )
  const owners = createOwners(
    image,
    extracted.flatMap((one) => one.files),
  )
  const packages = new Map<string, SoftwarePackage>()
  for (const [at, extractor] of active.entries()) {
    const pathsOf = (name: string) =>
      extracted[active.findIndex((one) => one.name === name)]?.files.map(({ path }) => path) ?? []
    for (const { path, reason } of withoutLocked(extractor, extracted[at]?.problems ?? [], pathsOf))
      if (!(extractor.onlyUnowned || extractor.trustsOwners) || !owners.owns(path))
        problems.push({ code: 'FILE_INVALID', path: `/${path}`, reason })
    for (const placed of extracted[at]?.packages ?? []) {
      const found = describe(extractor, placed, opened, operatingSystem, owners)
      if (extractor.onlyUnowned && found.ownedBy) continue
      if (found.purl === '') problems.push(withoutPurl(found))
      addPackage(packages, found)
    }
  }
  const sorted = [...packages.values()].sort(
    (a, b) => compare(a.type, b.type) || compare(a.name, b.name) || compare(a.version, b.version),
  )
  if (sorted.length > MAX_PACKAGES)
    problems.push({
      code: 'LIMIT_REACHED',
      path: '',
      reason: `The image has more than ${MAX_PACKAGES} packages; the rest was left out.`,
    })
  return { operatingSystem, packages: sorted.slice(0, MAX_PACKAGES), problems }
}

/** Those of lock files, with parsers for all their languages, are loaded for source trees. */
export async function extractorsOf(scope: Scope | undefined): Promise<readonly Extractor[]> {
  if (scope === 'none') return []
  const { extractors } =
    scope === 'image'
      ? await import('../../generated/image-extractors.ts')
      : await import('../../generated/extractors.ts')
  return extractors.filter((extractor) => isOf(scope, extractor))
}

function isOf(scope: Scope | undefined, extractor: Extractor): boolean {
  const own = extractor.scope ?? 'image'
  return scope === undefined || own === scope || own === 'both'
}

/** The same package by two extractors, say a lock file and what it installed, is one with the evidence of both. */
function addPackage(packages: Map<string, SoftwarePackage>, found: SoftwarePackage): void {
  const key = found.purl === '' ? `${packages.size}` : `${found.purl} ${found.architecture}`
  const known = packages.get(key)
  if (!known) packages.set(key, found)
  else
    packages.set(key, {
      ...known,
      locations: [...known.locations, ...found.locations],
      ownedBy: known.ownedBy && found.ownedBy ? known.ownedBy : null,
    })
}

function joined(databases: Extracted, named: Extracted): Extracted {
  return {
    packages: [...databases.packages, ...named.packages],
    problems: [...databases.problems, ...named.problems],
    files: [...databases.files, ...named.files],
  }
}

function operatingSystemOf(readers: Readers, image: ImageReading): OperatingSystem | null {
  const reader = readers.all.find((one) => one.name === OS_RELEASE)
  const files = reader && image.layers.length > 0 ? databasesAt(reader, image, image.layers.length - 1) : []
  const systemOf = (path: string) => files.find((file) => file.path === path)?.reading.operatingSystem ?? null
  const system = OS_RELEASE_FILES.map(systemOf).find((one) => one !== null)
  const products = files.flatMap(({ path, reading }) =>
    isBuildInfo(path) ? (reading.operatingSystem?.branch?.split(' ') ?? []) : [],
  )
  const branch = systemOf(APK_REPOSITORIES)?.branch ?? branchOf(products)
  return system ? { ...system, ...(branch ? { branch } : {}) } : null
}

function describe(
  extractor: Extractor,
  placed: PlacedPackage,
  opened: OpenedImage,
  os: OperatingSystem | null,
  owners: Owners,
): SoftwarePackage {
  const { found } = placed
  return {
    name: found.name,
    version: found.version,
    type: found.type,
    purl: purlOf(extractor, found, os),
    architecture: found.architecture,
    source: found.source,
    licenses: spdxExpressions(found.licenses),
    locations: placed.files.map((file) => ({
      path: `/${file.path}${file.inside === null ? '' : `!/${file.inside}`}`.slice(0, MAX_PATH),
      layer: opened.layers[file.layer]?.layer?.diffId ?? null,
    })),
    layer: opened.layers[placed.introducedBy]?.layer?.diffId ?? null,
    ownedBy: owners.of(placed.files),
    ...(found.vendor === undefined ? {} : { vendor: found.vendor }),
    ...(found.module === undefined ? {} : { module: found.module }),
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
function placedProblem(opened: OpenedImage, { code, reason, ...problem }: PlacedProblem): LayerProblem {
  const layer = opened.layers[problem.layer]?.layer?.diffId
  return { code, reason, path: problem.path === '' ? (layer ?? '') : `/${problem.path}` }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
