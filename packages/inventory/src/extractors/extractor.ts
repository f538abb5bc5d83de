// An extractor turns files of one ecosystem into packages. It says beforehand which files it wants, parses one file at a time,
// and knows nothing of layers: which layer brought a package is found out by comparing what it says after each layer.
import type { Limits } from '@yagura/kernel'
import type { OperatingSystem } from '@yagura/schema'

export interface Extractor {
  /** Name of its folder. */
  readonly name: string
  /** Paths it reads, relative to the root. */
  readonly files: readonly string[]
  /** Directories of which it reads every file directly inside. */
  readonly directories: readonly string[]
  /** Never throws: what cannot be understood is a problem beside the packages that were. */
  parse(file: ExtractorFile, limits: Limits): ParsedFile
  /** Package URL (https://github.com/package-url/purl-spec). */
  purl(found: FoundPackage, os: OperatingSystem | null): string
}

export interface ExtractorFile {
  readonly path: string
  readonly bytes: Buffer
}

export interface FoundPackage {
  readonly name: string
  readonly version: string
  /** Type of its purl. */
  readonly type: string
  readonly architecture: string | null
  readonly source: { readonly name: string; readonly version: string } | null
  readonly licenses: readonly string[]
}

export interface ParsedFile {
  readonly packages: readonly FoundPackage[]
  /** One sentence each: what could not be read in this file. */
  readonly problems: readonly string[]
}
