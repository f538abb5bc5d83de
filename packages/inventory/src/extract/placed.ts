// A package as an extractor found it, the files that say so, and since which layer they do.
import { type ContentRef, contentKey } from '@yagura/image'
import type { FoundPackage } from '../extractors/extractor.ts'
import type { FileReading } from '../layers/reading.ts'

/** A file that is there in the end, or after some layer. */
export interface LiveFile {
  /** As asked for, or where the view has it. */
  readonly path: string
  readonly content: ContentRef
  readonly reading: FileReading
}

export interface PlacedPackage {
  readonly found: FoundPackage
  readonly files: readonly PlacedFile[]
  readonly introducedBy: number
}

export interface PlacedFile {
  readonly path: string
  readonly layer: number
  /** Inside the file, where that is an archive. */
  readonly inside: string | null
}

export interface FileProblem {
  readonly path: string
  readonly reason: string
}

/** Of the image as it is in the end. */
export interface Extracted {
  readonly packages: readonly PlacedPackage[]
  readonly problems: readonly FileProblem[]
  readonly files: readonly LiveFile[]
}

export const NOTHING_EXTRACTED: Extracted = { packages: [], problems: [], files: [] }

/** Evidence for one package; a name and version that lies in a thousand places is not shown more often. */
const MAX_FILES = 1000

export function packageKey(found: FoundPackage): string {
  return `${found.name}\0${found.version}\0${found.architecture ?? ''}`
}

export function fileKey(file: LiveFile): string {
  return `${file.path}\0${contentKey(file.content)}`
}

export function problemsOf(files: readonly LiveFile[]): FileProblem[] {
  return files.flatMap(({ path, reading }) => reading.problems.map((reason) => ({ path, reason })))
}

export interface SeenPackage {
  readonly found: FoundPackage
  readonly files: PlacedFile[]
}

/** The same package in several files is one package with several places. */
export function packagesOf(files: readonly LiveFile[]): ReadonlyMap<string, SeenPackage> {
  const packages = new Map<string, SeenPackage>()
  for (const { path, content, reading } of files)
    for (const found of reading.packages) {
      const key = packageKey(found)
      const place: PlacedFile = { path, layer: content.layer, inside: found.path ?? null }
      const seen = packages.get(key)
      if (!seen) packages.set(key, { found, files: [place] })
      else if (seen.files.length < MAX_FILES && !isSame(seen.files.at(-1), place)) seen.files.push(place)
    }
  return packages
}

function isSame(a: PlacedFile | undefined, b: PlacedFile): boolean {
  return a?.path === b.path && a.inside === b.inside
}
