// What one layer says, as far as a scan cares: its entries, and what readers made of the files in it. The bytes are gone.
import type { LayerEntries, LayerProblem, SavedEntries } from '@yagura/image'
import type { OperatingSystem } from '@yagura/schema'
import type { FoundPackage, ParsedFile } from '../extractors/extractor.ts'
import type { Inspection } from './inspection.ts'

export interface LayerReading {
  readonly entries: LayerEntries
  /** readingKey → what was read; files that say nothing are not in it. */
  readonly files: ReadonlyMap<string, FileReading>
  readonly problems: readonly LayerProblem[]
  /** Where files were looked at for secrets or mistakes. */
  readonly inspection?: Inspection | undefined
}

export interface FileReading {
  /** Name of the reader. */
  readonly reader: string
  /** In the layer. */
  readonly path: string
  readonly packages: readonly FoundPackage[]
  readonly problems: readonly string[]
  /** Files that belong to packages of the operating system, of those that other readers want. */
  readonly owned: readonly OwnedFile[]
  readonly operatingSystem: OperatingSystem | null
  readonly table?: ParsedFile['table']
}

export interface OwnedFile {
  /** Relative to the root, normalised. */
  readonly path: string
  readonly name: string
  readonly type: string
}

export function readingKey(reader: string, path: string): string {
  return `${reader}\0${path}`
}

/** As JSON. */
export interface SavedReading {
  readonly entries: SavedEntries
  readonly files: readonly FileReading[]
  readonly problems: readonly LayerProblem[]
  readonly inspection?: Inspection | undefined
}

/** Readings made of what `save` made are the same. */
export function saveReading(reading: LayerReading): SavedReading {
  return {
    entries: reading.entries.save(),
    files: [...reading.files.values()],
    problems: reading.problems,
    inspection: reading.inspection,
  }
}

/** A layer that a limit stopped, or that lacks something, is not what it would be elsewhere. */
export function isWhole(reading: LayerReading): boolean {
  return reading.problems.every(
    ({ code, path }) => code === 'FILE_INVALID' || (code === 'LIMIT_REACHED' && path !== ''),
  )
}
