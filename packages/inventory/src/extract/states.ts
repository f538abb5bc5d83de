// What one extractor says after each layer. Layers are looked at one by one, and only one state is held: an image may have hundreds.
// A file that stays the same from one layer to the next is not parsed again.
import { contentKey, type ImageFile, type ImageFiles } from '@yagura/image'
import type { Limits } from '@yagura/kernel'
import type { Extractor, FoundPackage, ParsedFile } from '../extractors/extractor.ts'
import { introductions } from './introductions.ts'

/** A package, the files that say it is there, and the layer from which on it was. */
export interface PlacedPackage {
  readonly found: FoundPackage
  readonly files: readonly ImageFile[]
  readonly introducedBy: number
}

export interface FileProblem {
  readonly path: string
  readonly reason: string
}

/** Of the image as it is in the end. */
export interface Extracted {
  readonly packages: readonly PlacedPackage[]
  readonly problems: readonly FileProblem[]
}

interface State {
  readonly files: ReadonlyMap<string, ParsedImageFile>
  readonly packages: ReadonlyMap<string, SeenPackage>
  readonly keys: ReadonlySet<string>
}

interface ParsedImageFile {
  readonly file: ImageFile
  readonly parsed: ParsedFile
}

interface SeenPackage {
  readonly found: FoundPackage
  readonly files: ImageFile[]
}

const NOTHING: State = { files: new Map(), packages: new Map(), keys: new Set() }

export function extractPackages(extractor: Extractor, image: ImageFiles, limits: Limits): Extracted {
  let state = NOTHING
  function* keysAfterEachLayer(): Generator<ReadonlySet<string>> {
    for (let layer = 0; layer < image.layerCount; layer++) {
      const files = image.filesAt(layer).filter((file) => isOf(extractor, file.path))
      state = nextState(state, files, extractor, limits)
      yield state.keys
    }
  }
  const since = introductions(keysAfterEachLayer())
  const packages = [...state.packages].map(([key, seen]) => ({ ...seen, introducedBy: since.get(key) ?? 0 }))
  const problems = [...state.files.values()].flatMap(({ file, parsed }) =>
    parsed.problems.map((reason) => ({ path: file.path, reason })),
  )
  return { packages, problems }
}

function nextState(previous: State, present: readonly ImageFile[], extractor: Extractor, limits: Limits): State {
  const files = new Map<string, ParsedImageFile>()
  for (const file of present) {
    const key = `${file.path}\0${contentKey(file.content)}`
    files.set(key, previous.files.get(key) ?? { file, parsed: parseSafely(extractor, file, limits) })
  }
  if (files.size === previous.files.size && files.keys().every((key) => previous.files.has(key))) return previous
  const packages = new Map<string, SeenPackage>()
  for (const { file, parsed } of files.values())
    for (const found of parsed.packages) {
      const key = packageKey(found)
      const seen = packages.get(key)
      if (!seen) packages.set(key, { found, files: [file] })
      else if (seen.files.at(-1) !== file) seen.files.push(file)
    }
  return { files, packages, keys: new Set(packages.keys()) }
}

/** An extractor must not throw; if one does, it costs its own file only. */
function parseSafely(extractor: Extractor, file: ImageFile, limits: Limits): ParsedFile {
  try {
    return extractor.parse?.(file, limits) ?? { packages: [], problems: [] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { packages: [], problems: [`The ${extractor.name} extractor failed: ${reason}.`] }
  }
}

function isOf(extractor: Extractor, path: string): boolean {
  return extractor.files.includes(path) || extractor.directories.some((directory) => path.startsWith(`${directory}/`))
}

function packageKey(found: FoundPackage): string {
  return `${found.name}\0${found.version}\0${found.architecture ?? ''}`
}
