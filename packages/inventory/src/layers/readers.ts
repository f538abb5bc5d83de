// Who reads which file of a layer: the extractors, and what every scan needs beside them (which operating system this is).
import type { Limits } from '@yagura/kernel'
import { freeOwnBuffer, parentPath } from '@yagura/safe-io'
import type { OperatingSystem } from '@yagura/schema'
import type { ContentReader, Extractor, ParsedFile } from '../extractors/extractor.ts'
import { APK_REPOSITORIES, parseApkRepositories } from '../os-release/apk-repositories.ts'
import { BUILD_INFO_DIRECTORIES, branchOf, isBuildInfo, productsIn } from '../os-release/content-sets.ts'
import { OS_RELEASE_FILES, parseOsRelease } from '../os-release/os-release.ts'

export type Reader = Pick<
  Extractor,
  'name' | 'files' | 'directories' | 'wants' | 'parse' | 'open' | 'programs' | 'onlyUnowned' | 'isLarge' | 'join'
>

/** What a reader can say; only that of os-release has an operating system. */
export interface ReaderResult extends ParsedFile {
  readonly operatingSystem?: OperatingSystem | null
}

export interface Readers {
  readonly all: readonly Reader[]
  /** Those that want a file of this path. */
  of(path: string): readonly Reader[]
  /** Those that want it by its name, wherever it is. */
  byName(path: string): readonly Reader[]
}

export const OS_RELEASE = 'os-release'

const osRelease: Reader = {
  name: OS_RELEASE,
  files: [...OS_RELEASE_FILES, APK_REPOSITORIES],
  directories: BUILD_INFO_DIRECTORIES,
  parse: ({ path, bytes }, limits): ReaderResult => ({
    packages: [],
    problems: [],
    operatingSystem: systemIn(path, bytes, limits),
  }),
}

/** Of repositories only the branch, without a name. */
function systemIn(path: string, bytes: Buffer, limits: Limits): OperatingSystem | null {
  if ((OS_RELEASE_FILES as readonly string[]).includes(path)) return parseOsRelease(bytes.toString('utf8'))
  const branch =
    path === APK_REPOSITORIES
      ? parseApkRepositories(bytes.toString('utf8'))
      : isBuildInfo(path)
        ? branchOf(productsIn(path, bytes, limits))
        : undefined
  return branch ? { id: '', versionId: null, prettyName: null, branch } : null
}

const NOBODY: readonly Reader[] = []

export function createReaders(extractors: readonly Extractor[]): Readers {
  const all: readonly Reader[] = [osRelease, ...extractors]
  const byFile = grouped(all.flatMap((reader) => reader.files.map((path) => [path, reader])))
  const byDirectory = grouped(all.flatMap((reader) => reader.directories.map((path) => [path, reader])))
  const namers = all.filter((reader) => reader.wants)
  function byName(path: string): readonly Reader[] {
    let found: Reader[] | undefined
    for (const reader of namers)
      if (reader.wants?.(path)) {
        if (found) found.push(reader)
        else found = [reader]
      }
    return found ?? NOBODY
  }
  return {
    all,
    byName,
    of(path) {
      const named = byName(path)
      const exact = byFile.get(path)
      const inside = byDirectory.size > 0 ? byDirectory.get(parentPath(path)) : undefined
      if (!exact && !inside) return named
      return [...new Set([...(exact ?? []), ...(inside ?? []), ...named])]
    },
  }
}

function grouped(pairs: readonly (readonly [string, Reader])[]): ReadonlyMap<string, readonly Reader[]> {
  const groups = new Map<string, Reader[]>()
  for (const [key, reader] of pairs) {
    const group = groups.get(key)
    if (group) group.push(reader)
    else groups.set(key, [reader])
  }
  return groups
}

/** The largest file that is held whole for a reader. */
export function heldBytes(reader: Reader, limits: Limits): number {
  return reader.isLarge ? Math.max(limits.fileBytes, limits.heldBytes) : limits.fileBytes
}

/** Undefined where the reader does not care for the file after all. `tooLarge` is said of a file that would have to be held whole. */
export function openWith(
  reader: Reader,
  path: string,
  sizeBytes: number,
  limits: Limits,
): ContentReader | 'too-large' | undefined {
  if (reader.open) return reader.open(path, sizeBytes, limits)
  if (sizeBytes > heldBytes(reader, limits)) return 'too-large'
  let bytes: Buffer | undefined
  let total = 0
  return {
    write(part) {
      // a file on disk may have grown since its size was looked up
      if (total + part.length <= sizeBytes) {
        if (part.length === sizeBytes) bytes = Buffer.from(part)
        else {
          bytes ??= Buffer.allocUnsafeSlow(sizeBytes)
          bytes.set(part, total)
        }
      }
      total += part.length
    },
    end() {
      if (total > sizeBytes) return { packages: [], problems: ['The file grew while it was read.'] }
      const read = bytes?.subarray(0, total) ?? Buffer.alloc(0)
      const parsed = reader.parse?.({ path, bytes: read }, limits) ?? { packages: [], problems: [] }
      // pages of a table are parts of the file; all else is text
      if (bytes && !parsed.table) freeOwnBuffer(bytes)
      return parsed
    },
  }
}
