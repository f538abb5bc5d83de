// Opens a target and reads named files of it, for tests.
import { defaultLimits, type Limits, type Result, unwrap, type YaguraError } from '@yagura/kernel'
import { joinPath, wholeContent } from '@yagura/safe-io'
import type { PlacedProblem } from '../layer/source.ts'
import { openImage } from '../open.ts'
import type { OpenedImage } from '../source/opened.ts'
import { parseTarget } from '../target.ts'
import { createLayerEntries } from '../view/layer-entries.ts'
import { readLayers } from '../view/read-layers.ts'
import { contentKey, createFileView } from '../view/view.ts'

export function openText(text: string, limits: Limits = defaultLimits): Promise<Result<OpenedImage, YaguraError>> {
  return openImage(unwrap(parseTarget(text)), { limits })
}

export interface NamedFiles {
  readonly problems: readonly PlacedProblem[]
  /** path → content after the top layer, of the files asked for that are there */
  readonly contents: Readonly<Record<string, string>>
}

/** Keeps every file of every layer: for small images. */
export async function readNamed(
  opened: OpenedImage,
  files: readonly string[],
  directories: readonly string[] = [],
  limits: Limits = defaultLimits,
): Promise<NamedFiles> {
  const bytesAt = new Map<string, Buffer>()
  const entries = opened.layers.map(() => createLayerEntries())
  const problems: PlacedProblem[] = []
  await readLayers(opened.layers, { limits }, async (source, layer, imageBudget) => {
    const visitor = {
      enter: () => true,
      visit(entry: Parameters<(typeof entries)[number]['add']>[0]) {
        entries[layer]?.add(entry)
        if (entry.kind !== 'file') return undefined
        return wholeContent((bytes) => bytesAt.set(contentKey({ layer, path: entry.path }), bytes))
      },
    }
    const found = await source.read(visitor, { imageBudget })
    problems.push(...found.map((problem) => ({ ...problem, layer })))
  })
  const view = createFileView(limits.symlinkDepth)
  for (const one of entries) view.apply(one.all())
  const inside = directories.flatMap((directory) => view.list(directory).map((name) => joinPath(directory, name)))
  const contents: Record<string, string> = {}
  for (const path of [...files, ...inside]) {
    const resolution = view.resolve(path)
    const bytes = resolution.kind === 'file' ? bytesAt.get(contentKey(resolution.file.content)) : undefined
    if (bytes) contents[path] = bytes.toString()
  }
  return { problems: problems.sort((a, b) => a.layer - b.layer), contents }
}

/** path → content after the top layer */
export function contentsOf(files: NamedFiles): Readonly<Record<string, string>> {
  return files.contents
}
