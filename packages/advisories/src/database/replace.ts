// Puts a file in place whole or not at all: written beside it, flushed to disk, then renamed over it. The former one is kept.
import { randomBytes } from 'node:crypto'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { YaguraError } from '@yagura/kernel'

/** `check` looks at what was written, before it is put in place; what it throws passes through, and nothing is changed. */
export async function replaceFile(
  path: string,
  pieces: Iterable<Buffer>,
  check: (writtenPath: string) => void = () => {},
): Promise<void> {
  const folder = dirname(path)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await mkdir(folder, { recursive: true })
    await removeLeftovers(path)
    const file = await open(temporary, 'wx', 0o644)
    try {
      for (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    check(temporary)
    await keepPrevious(path, `${temporary}.previous`)
    await rename(temporary, path)
    const directory = await open(folder, 'r')
    await directory.sync().finally(() => directory.close())
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    await rm(`${temporary}.previous`, { force: true }).catch(() => {})
    if (error instanceof YaguraError) throw error
    throw new YaguraError('PERMISSION', `${path} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
}

const LEFTOVER_AGE_MS = 3600 * 1000

/** What a process left that was killed while it wrote; younger files may belong to one that still does. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !/\.[0-9a-f]{12}\.tmp(\.previous)?$/.test(name)) continue
    const file = join(folder, name)
    const stats = await stat(file).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > LEFTOVER_AGE_MS) await rm(file, { force: true }).catch(() => {})
  }
}

export function previousPath(path: string): string {
  return `${path}.previous`
}

/** A second name for the file, so that readers never find none; a copy where the file system has no hard links. */
async function keepPrevious(path: string, temporary: string): Promise<void> {
  try {
    await link(path, temporary).catch((error) => {
      if (codeOf(error) === 'ENOENT') throw error
      return copyFile(path, temporary)
    })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  await rename(temporary, previousPath(path))
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOSPC') return 'the disk is full'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not write there'
  if (code === 'EROFS') return 'the file system is read-only'
  if (code === 'EISDIR') return 'it is a folder'
  return error instanceof Error ? error.message : String(error)
}
