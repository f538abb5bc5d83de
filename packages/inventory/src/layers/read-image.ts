// All layers of an image and the merged view over them; what each file said can be asked for by where the file is.
import {
  type ContentRef,
  contentKey,
  createFileView,
  DIRECTORY_FILES_MAX,
  type FileView,
  type LayerSource,
  type PlacedProblem,
  readLayers,
} from '@yagura/image'
import type { Limits } from '@yagura/kernel'
import { joinPath, parentPath } from '@yagura/safe-io'
import { listedPlaces } from './listed-places.ts'
import { type Equipment, type ImageCounts, type LinkedFile, readLayer, readLinkedFiles } from './read-layer.ts'
import type { Reader, Readers } from './readers.ts'
import { type FileReading, type LayerReading, readingKey } from './reading.ts'

export interface ReadImageOptions {
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
  /** Called after each layer. */
  readonly onLayer?: ((done: number, total: number) => void) | undefined
  /** Readings of layers that were read before. */
  readonly known?: ((source: LayerSource) => LayerReading | undefined) | undefined
  /** Called with each layer that was read now. */
  readonly onReading?: ((source: LayerSource, reading: LayerReading) => void) | undefined
}

export interface ImageReading {
  readonly view: FileView
  readonly layers: readonly LayerReading[]
  readonly problems: readonly PlacedProblem[]
  /** Where links of the image put a file of a layer. */
  placeOf(content: ContentRef): string
  /** What a reader makes of the file there; undefined when it says nothing. */
  reading(reader: Reader, content: ContentRef): FileReading | undefined
}

/** Throws INTEGRITY, and when aborted. */
export async function readImage(
  sources: readonly LayerSource[],
  equipment: Promise<Equipment>,
  options: ReadImageOptions,
): Promise<ImageReading> {
  const { limits } = options
  const view = createFileView(limits.symlinkDepth)
  const counts: ImageCounts = { entries: 0, packages: 0 }
  const layers: LayerReading[] = []
  const moved: ReadonlyMap<string, string>[] = []
  let done = 0
  await readLayers(sources, options, async (source, layer, imageBudget) => {
    const known = options.known?.(source)
    const reading = known ?? (await readLayer(source, equipment, { ...options, imageBudget, counts }))
    if (known) count(counts, known)
    else options.onReading?.(source, reading)
    layers[layer] = reading
    // layers are finished in any order and applied from the bottom up
    for (let next = layers[moved.length]; next; next = layers[moved.length]) moved.push(view.apply(next.entries.all()))
    done++
    options.onLayer?.(done, sources.length)
  })
  const { readers } = await equipment
  const linked = new Map<string, FileReading>()
  const image: ImageReading = {
    view,
    layers,
    problems: [
      ...layers.flatMap((one, layer) => one.problems.map((problem) => ({ ...problem, layer }))),
      ...viewProblems(view, readers, sources.length - 1),
      ...brokenLinks(layers, moved, view, readers),
    ],
    placeOf: ({ layer, path }) => moved[layer]?.get(path) ?? path,
    reading: (reader, content) =>
      layers[content.layer]?.files.get(readingKey(reader.name, content.path)) ??
      linked.get(readingKey(reader.name, contentKey(content))),
  }
  const missing = findLinkedFiles(image, readers)
  await readLayers(sources, options, async (source, layer, imageBudget) => {
    const here = missing.get(layer)
    if (!here) return
    const files = await readLinkedFiles(source, here, readers, { ...options, imageBudget, counts })
    for (const file of files.values()) linked.set(readingKey(file.reader, contentKey({ layer, path: file.path })), file)
  })
  return image
}

function count(counts: ImageCounts, reading: LayerReading): void {
  counts.entries += reading.entries.count()
  for (const file of reading.files.values()) counts.packages += file.packages.length
}

/** Paths of package databases that are there after a layer. */
export function databasePaths(reader: Reader, view: FileView, upTo: number): readonly string[] {
  const inside = reader.directories.flatMap((directory) =>
    view.list(directory, upTo).map((name) => joinPath(directory, name)),
  )
  return [...reader.files, ...inside]
}

/** Links, hard or symbolic, whose own name somebody wants: [place, who]. */
export function* wantedLinks(image: ImageReading, readers: Readers): Generator<readonly [string, readonly Reader[]]> {
  const seen = new Set<string>()
  for (const [layer, { entries }] of image.layers.entries())
    for (const entry of entries.all()) {
      if (entry.kind !== 'hardlink' && entry.kind !== 'symlink') continue
      const place = image.placeOf({ layer, path: entry.path })
      const wanting = readers.byName(entry.path)
      if (wanting.length === 0 || seen.has(place)) continue
      seen.add(place)
      yield [place, wanting]
    }
}

const LINKED_FILES_MAX = 50_000

/**
 * Files that the view leads to under a wanted name, but that were not read because their own name is not wanted. Their layers are read
 * once more, so those are left aside of which nothing can come.
 */
function findLinkedFiles(image: ImageReading, readers: Readers): ReadonlyMap<number, LinkedFile[]> {
  const missing = new Map<number, LinkedFile[]>()
  const seen = new Set<string>()
  let owned: ReadonlySet<string> | undefined
  function note(reader: Reader, as: string, upTo: number): void {
    // what it left aside by name is no program by any other
    if (reader.programs) return
    const resolution = image.view.resolve(as, upTo)
    if (resolution.kind !== 'file') return
    const { layer, path } = resolution.file.content
    if (readers.of(path).includes(reader)) return
    if (reader.onlyUnowned) {
      owned ??= ownedPlaces(image)
      if (owned.has(resolution.file.path)) return
    }
    const key = readingKey(reader.name, contentKey({ layer, path }))
    if (seen.has(key) || seen.size >= LINKED_FILES_MAX) return
    seen.add(key)
    const one: LinkedFile = { path, as, reader }
    const known = missing.get(layer)
    if (known) known.push(one)
    else missing.set(layer, [one])
  }
  for (const reader of readers.all)
    for (let upTo = 0; upTo < image.layers.length; upTo++)
      for (const path of databasePaths(reader, image.view, upTo)) note(reader, path, upTo)
  for (const [place, wanting] of wantedLinks(image, readers))
    for (const reader of wanting) note(reader, place, image.layers.length - 1)
  return missing
}

/** Files that belong to packages of the operating system, as it is in the end. */
function ownedPlaces(image: ImageReading): ReadonlySet<string> {
  const owned = new Set<string>()
  const placeOf = listedPlaces(image.view)
  for (const [layer, { files }] of image.layers.entries())
    for (const { path, owned: listed } of files.values())
      if (listed.length > 0 && placeIfLive(image, { layer, path }) !== undefined)
        for (const one of listed) owned.add(placeOf(one.path))
  return owned
}

/** Where a file of a layer is in the end; undefined when it is not, or another is there. */
export function placeIfLive(image: ImageReading, content: ContentRef): string | undefined {
  const place = image.placeOf(content)
  const resolution = image.view.resolve(place)
  if (resolution.kind !== 'file') return undefined
  return contentKey(resolution.file.content) === contentKey(content) ? place : undefined
}

/** What the view as a whole shows: links that lead nowhere, directories with more than is read. */
const BROKEN_LINKS_MAX = 100

/** Hard links to nothing under the name of a database. A runtime would refuse the layer. */
function brokenLinks(
  layers: readonly LayerReading[],
  moved: readonly ReadonlyMap<string, string>[],
  view: FileView,
  readers: Readers,
): PlacedProblem[] {
  const wanted = new Set(readers.all.flatMap((reader) => [...reader.files, ...reader.directories]))
  return layers.flatMap(({ entries }, layer) => {
    const broken: PlacedProblem[] = []
    for (const entry of entries.all()) {
      if (entry.kind !== 'hardlink' || broken.length >= BROKEN_LINKS_MAX) continue
      const path = moved[layer]?.get(entry.path) ?? entry.path
      if (!wanted.has(path) && !wanted.has(parentPath(path))) continue
      if (view.resolve(path, layer).kind !== 'other') continue
      broken.push({
        layer,
        code: 'FILE_INVALID',
        path,
        reason: 'It is a hard link to what is no file, or is not there.',
      })
    }
    return broken
  })
}

function viewProblems(view: FileView, readers: Readers, layer: number): PlacedProblem[] {
  const files = new Set(readers.all.flatMap((reader) => reader.files))
  const directories = new Set(readers.all.flatMap((reader) => reader.directories))
  const loops = [...files].filter((path) => view.resolve(path).kind === 'loop')
  const crowded = [...directories].filter((path) => view.list(path).length >= DIRECTORY_FILES_MAX)
  return [
    ...loops.map((path): PlacedProblem => {
      const reason = 'Its symbolic links go round in a circle, or through too many links.'
      return { layer, code: 'FILE_INVALID', path, reason }
    }),
    ...crowded.map((path): PlacedProblem => {
      const reason = `The directory holds more files than are read (${DIRECTORY_FILES_MAX}).`
      return { layer, code: 'LIMIT_REACHED', path, reason }
    }),
  ]
}
