// What one extractor says after each layer: every file is parsed once, however many layers it stays the same in.

import { contentKey, type ImageFile, type ImageFiles } from '@yagura/image'
import type { Limits } from '@yagura/kernel'
import type { Extractor, FoundPackage, ParsedFile } from '../extractors/extractor.ts'

/** A package, and the files that say it is there. */
export interface PlacedPackage {
  readonly found: FoundPackage
  readonly files: readonly ImageFile[]
}

export interface State {
  readonly packages: ReadonlyMap<string, PlacedPackage>
  readonly keys: ReadonlySet<string>
}

export interface FileProblem {
  readonly path: string
  readonly reason: string
}

export interface ExtractorStates {
  /** One for each layer. */
  readonly states: readonly State[]
  /** Of the files that are there at the end. */
  readonly problems: readonly FileProblem[]
}

export function extractorStates(extractor: Extractor, image: ImageFiles, limits: Limits): ExtractorStates {
  const parsed = new Map<string, ParsedFile>()
  const states: State[] = []
  let lastFiles = ''
  for (let layer = 0; layer < image.layerCount; layer++) {
    const files = image.filesAt(layer).filter((file) => isOf(extractor, file.path))
    const identity = files.map((file) => `${file.path}\0${contentKey(file.content)}`).join('\0')
    const last = states.at(-1)
    if (last && identity === lastFiles) {
      states.push(last)
      continue
    }
    lastFiles = identity
    states.push(stateOf(files, parse))
  }
  const problems = image
    .filesAt(image.layerCount - 1)
    .filter((file) => isOf(extractor, file.path))
    .flatMap((file) => parse(file).problems.map((reason) => ({ path: file.path, reason })))
  return { states, problems }

  function parse(file: ImageFile): ParsedFile {
    const key = `${file.path}\0${contentKey(file.content)}`
    const known = parsed.get(key)
    if (known) return known
    const fresh = parseSafely(extractor, file, limits)
    parsed.set(key, fresh)
    return fresh
  }
}

function stateOf(files: readonly ImageFile[], parse: (file: ImageFile) => ParsedFile): State {
  const packages = new Map<string, PlacedPackage>()
  for (const file of files)
    for (const found of parse(file).packages) {
      const key = packageKey(found)
      const known = packages.get(key)
      packages.set(key, { found: known?.found ?? found, files: known ? [...known.files, file] : [file] })
    }
  return { packages, keys: new Set(packages.keys()) }
}

/** An extractor must not throw; if one does, it costs its own file only. */
function parseSafely(extractor: Extractor, file: ImageFile, limits: Limits): ParsedFile {
  try {
    return extractor.parse(file, limits)
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
