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
  readdirSync,
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
const OVERLAY = 0x794c7630

interface Walk {
  readonly visitor: WalkVisitor
  readonly signal: AbortSignal | undefined
  /** The size of a directory tells of the uppermost layer alone. */
  readonly isOverlay: boolean
  /** When the last pause was. */
  pausedMs: number
}

const PAUSE_EVERY_MS = 50

export async function walkDirectory(root: string, visitor: WalkVisitor, options: WalkOptions = {}): Promise<void> {
  const directory = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const isOverlay = statfsSync(root).type === OVERLAY
    const state = { visitor, signal: options.signal, isOverlay, pausedMs: performance.now() }
    await walk(directory, '', 0, fstatSync(directory), state)
  } finally {
    closeSync(directory)
  }
}

async function walk(directory: number, path: string, depth: number, { dev, size }: Stats, state: Walk): Promise<void> {
  const { visitor } = state
  const here = `/proc/self/fd/${directory}`
  for (const { name, kind } of entriesOf(here, !state.isOverlay && size <= WHOLE_DIRECTORY_BYTES)) {
    if (performance.now() - state.pausedMs > PAUSE_EVERY_MS) {
      await pause()
      state.pausedMs = performance.now()
    }
    state.signal?.throwIfAborted()
    const isText = typeof name === 'string'
    const entryPath = joinPath(path, isText ? name : decodeName(name, 0, name.length))
    const reach = isText ? `${here}/${name}` : Buffer.concat([Buffer.from(`${here}/`), name])
    const content = kind === 'file' ? openedContent(reach, `/${entryPath}`) : undefined
    try {
      visitor.visit(describe(kind, entryPath, reach, content))
    } finally {
      content?.close()
    }
    if (kind !== 'directory' || !visitor.enter(entryPath)) continue
    if (depth >= MAX_DEPTH) {
      const message = `/${entryPath} is nested deeper than ${MAX_DEPTH} directories.`
      visitor.problem(entryPath, new YaguraError('LIMIT_EXCEEDED', message))
      continue
    }
    try {
      const child = openSync(reach, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      try {
        const stats = fstatSync(child)
        if (stats.dev !== dev && LEFT_ASIDE.has(statfsSync(`/proc/self/fd/${child}`).type)) continue
        await walk(child, entryPath, depth + 1, stats, state)
      } finally {
        closeSync(child)
      }
    } catch (error) {
      if (!isSystemError(error)) throw error
      visitor.problem(entryPath, fileError(error, `/${entryPath}`))
    }
  }
}

interface Named {
  /** Bytes where they are not ASCII. */
  readonly name: string | Buffer
  readonly kind: WalkEntry['kind']
}

/** File systems tell the size of a directory by what is in it: so large, it has some ten thousand files at most. */
const WHOLE_DIRECTORY_BYTES = 256 * 1024

/** Directories are listed in one go, which takes a quarter of the time, but for those whose names should not be in memory at once. */
function entriesOf(directory: string, isSmall: boolean): Iterable<Named> {
  if (!isSmall) return oneByOne(directory)
  try {
    const listed = readdirSync(directory, { encoding: 'latin1', withFileTypes: true })
    return listed.map((dirent) => ({ name: asciiOrBytes(dirent.name), kind: kindOf(dirent) }))
  } catch {
    // where a file system does not tell kinds, node looks for names as text
    return oneByOne(directory)
  }
}

function* oneByOne(directory: string): Generator<Named> {
  // biome-ignore lint/suspicious/noExplicitAny: the types of node leave out that opendir can give names as bytes
  const listing = opendirSync(directory, { encoding: 'buffer' as any, bufferSize: 512 })
  try {
    for (let dirent = listing.readSync(); dirent; dirent = listing.readSync())
      yield { name: dirent.name as unknown as Buffer, kind: kindOf(dirent) }
  } finally {
    listing.closeSync()
  }
}

/** `name`: each character a byte. */
function asciiOrBytes(name: string): string | Buffer {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) >= 0x80) return Buffer.from(name, 'latin1')
  return name
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

function describe(
  kind: WalkEntry['kind'],
  path: string,
  reach: string | Buffer,
  content: Content | undefined,
): WalkEntry {
  let known: Stats | undefined
  // asked by many, or by nobody
  function stats(): Stats | undefined {
    known ??= content?.stats() ?? lstatSync(reach, { throwIfNoEntry: false })
    return known
  }
  return {
    path,
    kind,
    linkName: kind === 'symlink' ? linkName(reach) : '',
    mode: () => modeOf(stats()?.mode),
    sizeBytes: () => content?.sizeBytes() ?? 0,
    read: (onPart) => content?.read(onPart),
    isWhiteoutDevice: () => kind === 'character-device' && stats()?.rdev === 0,
  }
}

function modeOf(mode: number | undefined): number | undefined {
  return mode === undefined ? undefined : mode & 0o7777
}

function linkName(reach: string | Buffer): string {
  try {
    return readlinkSync(reach)
  } catch {
    return ''
  }
}

const READ_BYTES = 256 * 1024
/** Content is handed on before the next is read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

interface Content {
  /** Where it is open already. */
  stats(): Stats | undefined
  sizeBytes(): number
  read(onPart: (part: Uint8Array) => boolean | undefined): YaguraError | undefined
  close(): void
}

/** Who asks for the size of a file mostly wants to read it: it is opened for both. */
function openedContent(reach: string | Buffer, path: string): Content {
  let file: number | undefined
  let known: Stats | undefined
  function open(): YaguraError | undefined {
    if (file !== undefined) return undefined
    try {
      file = openSync(reach, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
      known = fstatSync(file)
      return undefined
    } catch (error) {
      return fileError(error, path)
    }
  }
  return {
    stats: () => known,
    sizeBytes: () => (open() === undefined && known?.isFile() ? known.size : 0),
    read(onPart) {
      const failure = open()
      if (failure || file === undefined || !known) return failure
      if (!known.isFile()) return new YaguraError('INPUT_INVALID', `${path} is not a regular file.`)
      try {
        readParts(file, known.size, onPart)
        return undefined
      } catch (error) {
        if (!isSystemError(error)) throw error
        return fileError(error, path)
      }
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** Files that have a size end there; those of the kernel tell none. */
function readParts(file: number, sizeBytes: number, onPart: (part: Uint8Array) => boolean | undefined): void {
  for (let at = 0; at < sizeBytes || sizeBytes === 0; ) {
    const count = readSync(file, readBuffer, 0, READ_BYTES, at)
    if (count === 0 || onPart(readBuffer.subarray(0, count)) === false) return
    at += count
  }
}

function kindOf(dirent: Dirent): WalkEntry['kind'] {
  if (dirent.isFile()) return 'file'
  if (dirent.isDirectory()) return 'directory'
  if (dirent.isSymbolicLink()) return 'symlink'
  return dirent.isCharacterDevice() ? 'character-device' : 'other'
}
