// Walks a directory that may belong to an attacker and change while it is read: every step is taken from the open directory above it
// (openat through /proc/self/fd), so that no swapped symbolic link can lead outside. Only what the visitor asks for is opened.
import { constants, type Dirent, lstatSync } from 'node:fs'
import { type FileHandle, lstat, open, opendir, readlink, statfs } from 'node:fs/promises'
import { type Result, YaguraError } from '@yagura/kernel'
import { joinPath } from '../path/normalise.ts'
import { decodeName } from '../tar/header.ts'
import { fileError, type OpenedFile, openRegularFile } from './open.ts'

export interface WalkEntry {
  /** Relative to the root. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink' | 'character-device' | 'other'
  readonly linkName: string
  /** Of a regular file, looked up when it is asked for; it may have another size by the time it is open. */
  sizeBytes(): number
  /** A regular file. */
  open(): Promise<Result<OpenedFile, YaguraError>>
  /** Of a character device: is it 0/0, which is how overlayfs writes a deletion? */
  isWhiteoutDevice(): Promise<boolean>
}

export interface WalkVisitor {
  /** False leaves a directory's content aside. */
  enter(path: string): boolean
  visit(entry: WalkEntry): Promise<void>
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

export async function walkDirectory(root: string, visitor: WalkVisitor, options: WalkOptions = {}): Promise<void> {
  const handle = await open(root, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await walk(handle, '', 0, (await handle.stat()).dev, visitor, options)
  } finally {
    await handle.close()
  }
}

async function walk(
  directory: FileHandle,
  path: string,
  depth: number,
  device: number,
  visitor: WalkVisitor,
  options: WalkOptions,
): Promise<void> {
  const here = `/proc/self/fd/${directory.fd}`
  // biome-ignore lint/suspicious/noExplicitAny: the types of node leave out that opendir can give names as bytes
  const listing = await opendir(here, { encoding: 'buffer' as any })
  for await (const dirent of listing as AsyncIterable<Dirent<NonSharedBuffer>>) {
    options.signal?.throwIfAborted()
    const name = dirent.name
    const entryPath = joinPath(path, decodeName(name, 0, name.length))
    const reach = Buffer.concat([Buffer.from(`${here}/`), name])
    await visitor.visit(await describe(dirent, entryPath, reach))
    if (!dirent.isDirectory() || !visitor.enter(entryPath)) continue
    if (depth >= MAX_DEPTH) {
      const message = `/${entryPath} is nested deeper than ${MAX_DEPTH} directories.`
      visitor.problem(entryPath, new YaguraError('LIMIT_EXCEEDED', message))
      continue
    }
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
      const child = await open(reach, flags)
      try {
        const childDevice = (await child.stat()).dev
        if (childDevice !== device && LEFT_ASIDE.has((await statfs(`/proc/self/fd/${child.fd}`)).type)) continue
        await walk(child, entryPath, depth + 1, childDevice, visitor, options)
      } finally {
        await child.close()
      }
    } catch (error) {
      if (!isSystemError(error)) throw error
      visitor.problem(entryPath, fileError(error, `/${entryPath}`))
    }
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

async function describe(dirent: Dirent<NonSharedBuffer>, path: string, reach: Buffer): Promise<WalkEntry> {
  const kind = kindOf(dirent)
  const linkName = kind === 'symlink' ? await readlink(reach).catch(() => '') : ''
  return {
    path,
    kind,
    linkName,
    sizeBytes: () => lstatSync(reach, { throwIfNoEntry: false })?.size ?? 0,
    open: () => openRegularFile(reach, { noFollow: true, shownPath: `/${path}` }),
    async isWhiteoutDevice() {
      return kind === 'character-device' && (await lstat(reach)).rdev === 0
    },
  }
}

function kindOf(dirent: Dirent<NonSharedBuffer>): WalkEntry['kind'] {
  if (dirent.isFile()) return 'file'
  if (dirent.isDirectory()) return 'directory'
  if (dirent.isSymbolicLink()) return 'symlink'
  return dirent.isCharacterDevice() ? 'character-device' : 'other'
}
