// Reads the files that somebody asked for out of all layers of an image, in one pass over each layer, two layers at a time.
// Only where a link leads to a file nobody asked for is a layer read again, and then for that file alone.
import type { Limits } from '@yagura/kernel'
import { type ByteBudget, createByteBudget, joinPath } from '@yagura/safe-io'
import type { LayerProblem, LayerSource } from '../layer/source.ts'
import { createLayerCollector, type HeldContents } from './collector.ts'
import { type ContentRef, contentKey, createFileView, type FileView } from './view.ts'
import { DIRECTORY_FILES_MAX, type Wants } from './wants.ts'

export interface ReadFilesOptions {
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
  /** Called after each layer. */
  readonly onLayer?: ((done: number, total: number) => void) | undefined
}

/** A file of the merged view, as it was after one layer. */
export interface ImageFile {
  /** As asked for. */
  readonly path: string
  /** Where its bytes are; two states with the same place hold the same file. */
  readonly content: ContentRef
  readonly bytes: Buffer
}

export interface PlacedProblem extends LayerProblem {
  readonly layer: number
}

export interface ImageFiles {
  readonly view: FileView
  readonly layerCount: number
  /** Of all that was asked for, what was there after layer `upTo`. */
  filesAt(upTo: number): readonly ImageFile[]
  readonly problems: readonly PlacedProblem[]
}

const LAYERS_AT_ONCE = 2

/** Throws INTEGRITY, and when aborted. */
export async function readFiles(
  layers: readonly LayerSource[],
  wants: Wants,
  options: ReadFilesOptions,
): Promise<ImageFiles> {
  const { limits } = options
  let pass = await readAll(layers, wants, options)
  const tried = new Set<string>()
  for (let round = 0; round < limits.symlinkDepth; round++) {
    const missing = findMissing(pass, layers, wants, tried)
    if (missing.size === 0) break
    for (const key of missing.keys()) tried.add(key)
    pass = await readMissing(pass, layers, wants, [...missing.values()], options)
  }
  const { view, problems } = pass
  return {
    view,
    layerCount: layers.length,
    problems: [...problems, ...viewProblems(view, wants, layers.length)].sort((a, b) => a.layer - b.layer),
    filesAt: (upTo) => filesAfter(pass, wants, upTo),
  }
}

function filesAfter({ view, contents }: Pass, wants: Wants, upTo: number): readonly ImageFile[] {
  return wantedPaths(view, wants, upTo).flatMap((path) => {
    const resolution = view.resolve(path, upTo)
    if (resolution.kind !== 'file') return []
    const { content } = resolution.file
    const bytes = contents.get(contentKey(content))
    return bytes ? [{ path, content, bytes }] : []
  })
}

interface Pass {
  readonly view: FileView
  readonly contents: HeldContents
  readonly problems: PlacedProblem[]
}

async function readAll(layers: readonly LayerSource[], wants: Wants, options: ReadFilesOptions): Promise<Pass> {
  const view = createFileView(options.limits.symlinkDepth)
  const pass: Pass = { view, contents: new Map(), problems: [] }
  const collector = createLayerCollector(pass.contents, wants, options.limits)
  let applied = 0
  let done = 0
  await eachLayer(layers, options, async (source, layer, imageBudget) => {
    const problems = await collector.read(source, layer, { imageBudget, signal: options.signal })
    pass.problems.push(...problems.map((problem) => ({ ...problem, layer })))
    for (let entries = collector.take(applied); entries; entries = collector.take(applied)) {
      view.apply(entries)
      applied++
    }
    done++
    options.onLayer?.(done, layers.length)
  })
  return pass
}

/** Layers that leave things aside are read as a whole again, with what is missing added to what is wanted. */
async function readMissing(
  pass: Pass,
  layers: readonly LayerSource[],
  wants: Wants,
  missing: readonly ContentRef[],
  options: ReadFilesOptions,
): Promise<Pass> {
  if (layers.some((source) => source.prunes)) {
    const paths = missing.map((ref) => ref.path)
    const wider: Wants = {
      files: new Set([...wants.files, ...paths]),
      directories: new Set([...wants.directories, ...paths]),
    }
    return readAll(layers, wider, options)
  }
  await eachLayer(layers, options, async (source, layer, imageBudget) => {
    const paths = new Set(missing.filter((ref) => ref.layer === layer).map((ref) => ref.path))
    if (paths.size === 0) return
    const collector = createLayerCollector(pass.contents, { files: paths, directories: new Set() }, options.limits)
    await collector.read(source, layer, { imageBudget, signal: options.signal })
  })
  return pass
}

type ReadLayer = (source: LayerSource, layer: number, imageBudget: ByteBudget) => Promise<void>

/** Bottom to top, two at a time; the first failure stops both. */
async function eachLayer(layers: readonly LayerSource[], options: ReadFilesOptions, read: ReadLayer): Promise<void> {
  const imageBudget = createByteBudget(options.limits.imageBytes, 'The image')
  let next = 0
  async function work(): Promise<void> {
    while (next < layers.length) {
      options.signal?.throwIfAborted()
      const layer = next++
      await read(layers[layer] as LayerSource, layer, imageBudget)
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: LAYERS_AT_ONCE }, work))
  const failed = workers.find((worker) => worker.status === 'rejected')
  if (failed) throw failed.reason
}

/** Content the view points to, but that was not held: by place, so that each is tried once. */
function findMissing(
  pass: Pass,
  layers: readonly LayerSource[],
  wants: Wants,
  tried: ReadonlySet<string>,
): ReadonlyMap<string, ContentRef> {
  const missing = new Map<string, ContentRef>()
  const prunes = layers.some((source) => source.prunes)
  function note(ref: ContentRef): void {
    const key = contentKey(ref)
    if (!tried.has(key) && !pass.contents.has(key)) missing.set(key, ref)
  }
  for (let upTo = 0; upTo < layers.length; upTo++) {
    for (const path of wantedPaths(pass.view, wants, upTo)) {
      const resolution = pass.view.resolve(path, upTo)
      if (resolution.kind === 'file') note(resolution.file.content)
      else if (prunes && resolution.kind === 'absent' && resolution.path !== path)
        note({ layer: upTo, path: resolution.path })
    }
    if (!prunes) continue
    for (const directory of wants.directories) {
      const resolution = pass.view.resolve(directory, upTo)
      if (resolution.kind !== 'file' && resolution.path !== directory) note({ layer: upTo, path: resolution.path })
    }
  }
  return missing
}

function wantedPaths(view: FileView, wants: Wants, upTo: number): readonly string[] {
  const inside = [...wants.directories].flatMap((directory) =>
    view.list(directory, upTo).map((name) => joinPath(directory, name)),
  )
  return [...wants.files, ...inside]
}

/** What the view as a whole shows: links that lead nowhere, directories with more than is read. */
function viewProblems(view: FileView, wants: Wants, layerCount: number): PlacedProblem[] {
  const layer = layerCount - 1
  const loops = [...wants.files].filter((path) => view.resolve(path).kind === 'loop')
  const crowded = [...wants.directories].filter((path) => view.list(path).length >= DIRECTORY_FILES_MAX)
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
