// An extractor turns files of one ecosystem into packages. It says beforehand which files it wants, reads one file at a time as it
// comes by, and knows nothing of layers: which layer brought a package is found out by comparing what it says of each of them.
import type { Limits } from '@yagura/kernel'
import type { OperatingSystem } from '@yagura/schema'
import type { TablePages } from './rpm/table-pages.ts'

export interface Extractor {
  /** Name of its folder. */
  readonly name: string
  /** Paths of package databases it reads, relative to the root. */
  readonly files: readonly string[]
  /** Directories that are package databases: every file directly inside is read. */
  readonly directories: readonly string[]
  /** Files it wants by name anywhere in the image, each holding what is installed beside it. Called for every entry: pure and cheap. */
  wants?(path: string): boolean
  /** A whole file of at most `limits.fileBytes`. Never throws: what cannot be understood is a problem beside the packages that were. */
  parse?(file: ExtractorFile, limits: Limits): ParsedFile
  /** Makes one of what stands in several of its `files` that are there at the same time, such as a database and its log. By path. */
  join?(files: ReadonlyMap<string, ParsedFile>): ReadonlyMap<string, ParsedFile>
  /** What it says of a file does not count where one of these extractors read a file beside or above it, or installed ones below it. */
  lockedBy?(
    path: string,
  ):
    | { readonly lockedBy: readonly string[]; readonly installedBy?: readonly [name: string, folder: string] }
    | undefined
  /** Its files are often large, and are held whole up to `limits.heldBytes`: archives of applications, databases of whole systems. */
  readonly isLarge?: true
  /**
   * In place of `parse`, for files that are never held whole, such as programs and archives. Undefined: not of interest after all.
   * `sizeBytes` is what the archive says of the file.
   */
  open?(path: string, sizeBytes: number, limits: Limits): ContentReader | undefined
  /** Package URL (https://github.com/package-url/purl-spec). */
  purl(found: FoundPackage, os: OperatingSystem | null): string
  /** It reads programs, whatever they are called: of the files it wants, those that start like one are opened. */
  readonly programs?: true
  /** It tells of what came without a package manager: a file that belongs to a package of the operating system is that package. */
  readonly onlyUnowned?: true
  /** What a file of a package of the operating system does not tell is no gap: its vendor knows. */
  readonly trustsOwners?: true
  /** Where its files tell what is there: lock files count in source trees, not inside images. Default: image. */
  readonly scope?: 'image' | 'source' | 'both'
}

export interface ExtractorFile {
  /** Relative to the root, normalised. */
  readonly path: string
  readonly bytes: Buffer
}

/** Gets one file in parts. Like `parse`, it never throws; it is dropped without `end` when the file turns out to be cut short. */
export interface ContentReader {
  /** The next part. It may be reused afterwards: what is kept must be copied. */
  write(chunk: Uint8Array): void
  end(): ParsedFile
}

export interface FoundPackage {
  readonly name: string
  readonly version: string
  /** Type of its purl. */
  readonly type: string
  readonly architecture: string | null
  readonly source: { readonly name: string; readonly version: string } | null
  readonly licenses: readonly string[]
  /** Place inside the file, where that is an archive (a jar in a jar); part of the evidence. */
  readonly path?: string
  /** Absolute paths of the files that belong to this operating system package, where its database lists them. */
  readonly owns?: readonly string[]
  /** Who built it, where the package says so (Vendor of an rpm). */
  readonly vendor?: string
  /** name:stream of the module an rpm belongs to. */
  readonly module?: string
}

export interface ParsedFile {
  readonly packages: readonly FoundPackage[]
  /** One sentence each: what could not be read in this file. */
  readonly problems: readonly string[]
  /** What `join` needs beside the packages. */
  readonly table?: TablePages
  /** Absolute paths that belong to an operating system package, where a file of its own lists them; `owner` says which. */
  readonly owns?: readonly string[]
  /** The package that `owns` speaks of; `type` is that of its purl. Left out: the extractor's own name stands for it. */
  readonly owner?: { readonly name: string; readonly type: string }
}
