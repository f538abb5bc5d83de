// Opens a file below a directory without ever following a symbolic link: each part of the path is opened from the one above it.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { err, type Result, type YaguraError } from '@yagura/kernel'
import { fileError, type OpenedFile, openRegularFile, readWhole } from './open.ts'

/** The whole of a small file. Errors: those of openFileInside, LIMIT_EXCEEDED. */
export async function readFileInside(
  root: string,
  path: string,
  maxBytes: number,
): Promise<Result<Buffer, YaguraError>> {
  const opened = await openFileInside(root, path)
  if (!opened.ok) return opened
  await using file = opened.value
  return await readWhole(file.handle, file.path, maxBytes)
}

/** `path` is normalised (see normalisePath). Errors: INPUT_NOT_FOUND, PERMISSION, INPUT_INVALID (a link or no regular file). */
export async function openFileInside(root: string, path: string): Promise<Result<OpenedFile, YaguraError>> {
  const shownPath = `${root}/${path}`
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  let directory: FileHandle | undefined
  try {
    directory = await open(root, constants.O_RDONLY | constants.O_DIRECTORY)
    for (const part of parts) {
      const next = await open(
        `/proc/self/fd/${directory.fd}/${part}`,
        constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
      )
      await directory.close()
      directory = next
    }
    return await openRegularFile(`/proc/self/fd/${directory.fd}/${name}`, { noFollow: true, shownPath })
  } catch (error) {
    return err(fileError(error, shownPath))
  } finally {
    await directory?.close()
  }
}
