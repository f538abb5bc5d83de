// Walks a directory that may belong to an attacker and change while it is read: every step is taken from the open directory above it
// (openat through /proc/self/fd), so that no swapped symbolic link can lead outside. Only what the visitor asks for is opened.
// A root holds a hundred thousand files, and each asynchronous call costs many times the system call, so the calls are synchronous, with
// a pause for the rest of the program now and then.
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statfsSync,
} from 'node:fs'
import { setImmediate as pause } from 'node:timers/promises'
import { YaguraError } from '@yagura/kernel'
import { joinPath } from '../path/normalise.ts'
import { decodeName } from '../tar/header.ts'
import { fileError } from './open.ts'

export interface WalkEntry {
  /** Relative to the root. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink' | 'character-device' | 'other'
  readonly linkName: string
  /** Of a regular file, looked up when it is asked for; it may have another size by the time it is open. */
  sizeBytes(): number
  /** Permission bits (0o7777), looked up when they are asked for. */
  mode(): number | undefined
  /**
   * The content of a regular file, in parts that are valid during the call only, until `onPart` returns false. Throws what `onPart`
   * throws; else the error, where there is one.
   */
  read(onPart: (part: Uint8Array) => boolean | undefined): YaguraError | undefined
  /** Of a character device: is it 0/0, which is how overlayfs writes a deletion? */
  isWhiteoutDevice(): boolean
}

export interface WalkVisitor {
  /** False leaves a directory's content aside. */
  enter(path: string): boolean
  visit(entry: WalkEntry): void
  /** A directory that could not be read, or was left aside for its depth. */
  problem(path: string, error: YaguraError): void
}

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined
}

const MAX_DEPTH = 256

/** statfs types (linux/magic.h) of file systems that hold no installed software: proc, sysfs, cgroup, cgroup2, devpts, debugfs, tracefs, bpf, securityfs, pstore, mqueue, NFS, SMB, FUSE, overlay of containers. */
const LEFT_ASIDE = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x1cd1, 0x64626720, 0x74726163, 0xcafe4a11, 0x73636673, 0x6165676c,
  0x19800202, 0x6969, 0xff534d42, 0x65735546, 0x794c7630,
])

interface Walk {
  readonly visitor: WalkVisitor
  readonly signal: AbortSignal | undefined
  /** When the last pause was. */
  pausedMs: number
}

const PAUSE_EVERY_MS = 50

export async function walkDirectory(root: string, visitor: WalkVisitor, options: WalkOptions = {}): Promise<void> {
  const directory = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const state = { visitor, signal: options.signal, pausedMs: performance.now() }
    await walk(directory, '', 0, fstatSync(directory).dev, state)
  } finally {
    closeSync(directory)
  }
}

async function walk(directory: number, path: string, depth: number, device: number, state: Walk): Promise<void> {
  const { visitor } = state
  const here = `/proc/self/fd/${directory}`
  for (const dirent of entriesOf(here)) {
    if (performance.now() - state.pausedMs > PAUSE_EVERY_MS) {
      await pause()
      state.pausedMs = performance.now()
    }
    state.signal?.throwIfAborted()
    const name = dirent.name
    const entryPath = joinPath(path, decodeName(name, 0, name.length))
    const reach = Buffer.concat([Buffer.from(`${here}/`), name])
    visitor.visit(describe(dirent, entryPath, reach))
    if (!dirent.isDirectory() || !visitor.enter(entryPath)) continue
    if (depth >= MAX_DEPTH) {
      const message = `/${entryPath} is nested deeper than ${MAX_DEPTH} directories.`
      visitor.problem(entryPath, new YaguraError('LIMIT_EXCEEDED', message))
      continue
    }
    try {
      const child = openSync(reach, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      try {
        const childDevice = fstatSync(child).dev
        if (childDevice !== device && LEFT_ASIDE.has(statfsSync(`/proc/self/fd/${child}`).type)) continue
        await walk(child, entryPath, depth + 1, childDevice, state)
      } finally {
        closeSync(child)
      }
    } catch (error) {
      if (!isSystemError(error)) throw error
      visitor.problem(entryPath, fileError(error, `/${entryPath}`))
    }
  }
}

/** One after the other: a directory may hold millions. */
function* entriesOf(directory: string): Generator<Dirent<NonSharedBuffer>> {
  // biome-ignore lint/suspicious/noExplicitAny: the types of node leave out that opendir can give names as bytes
  const listing = opendirSync(directory, { encoding: 'buffer' as any, bufferSize: 512 })
  try {
    for (let dirent = listing.readSync(); dirent; dirent = listing.readSync())
      yield dirent as unknown as Dirent<NonSharedBuffer>
  } finally {
    listing.closeSync()
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

function describe(dirent: Dirent<NonSharedBuffer>, path: string, reach: Buffer): WalkEntry {
  const kind = kindOf(dirent)
  let known: Stats | undefined
  // asked by many, or by nobody
  function stats(): Stats | undefined {
    known ??= lstatSync(reach, { throwIfNoEntry: false })
    return known
  }
  return {
    path,
    kind,
    linkName: kind === 'symlink' ? linkName(reach) : '',
    mode: () => modeOf(stats()?.mode),
    sizeBytes: () => stats()?.size ?? 0,
    read: (onPart) => readContent(reach, `/${path}`, onPart),
    isWhiteoutDevice: () => kind === 'character-device' && stats()?.rdev === 0,
  }
}

function modeOf(mode: number | undefined): number | undefined {
  return mode === undefined ? undefined : mode & 0o7777
}

function linkName(reach: Buffer): string {
  try {
    return readlinkSync(reach)
  } catch {
    return ''
  }
}

const READ_BYTES = 256 * 1024
/** Content is handed on before the next is read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

function readContent(
  reach: Buffer,
  path: string,
  onPart: (part: Uint8Array) => boolean | undefined,
): YaguraError | undefined {
  let file: number
  try {
    file = openSync(reach, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (error) {
    return fileError(error, path)
  }
  try {
    if (!fstatSync(file).isFile()) return new YaguraError('INPUT_INVALID', `${path} is not a regular file.`)
    for (;;) {
      const count = readSync(file, readBuffer, 0, READ_BYTES, null)
      if (count === 0) return undefined
      if (onPart(readBuffer.subarray(0, count)) === false) return undefined
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return fileError(error, path)
  } finally {
    closeSync(file)
  }
}

function kindOf(dirent: Dirent<NonSharedBuffer>): WalkEntry['kind'] {
  if (dirent.isFile()) return 'file'
  if (dirent.isDirectory()) return 'directory'
  if (dirent.isSymbolicLink()) return 'symlink'
  return dirent.isCharacterDevice() ? 'character-device' : 'other'
}
