// Files on this machine, named by someone else: regular files only, bounded, never through a link that was not expected.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface OpenedFile extends AsyncDisposable {
  readonly handle: FileHandle
  readonly path: string
  readonly sizeBytes: number
}

export interface OpenOptions {
  /** Refuse when the last part of the path is a symbolic link. */
  readonly noFollow?: boolean
  /** Named in errors instead of the path. */
  readonly shownPath?: string
}

/** O_NONBLOCK: opening a FIFO must not wait for a writer. Errors: INPUT_NOT_FOUND, PERMISSION, INPUT_INVALID. */
export async function openRegularFile(
  path: string | Buffer,
  options: OpenOptions = {},
): Promise<Result<OpenedFile, YaguraError>> {
  const shown = options.shownPath ?? path.toString()
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (options.noFollow ? constants.O_NOFOLLOW : 0)
  let handle: FileHandle
  try {
    handle = await open(path, flags)
  } catch (error) {
    return err(fileError(error, shown))
  }
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    return err(new YaguraError('INPUT_INVALID', `${shown} is not a regular file.`))
  }
  return ok({ handle, path: shown, sizeBytes: stats.size, [Symbol.asyncDispose]: () => handle.close() })
}

/** The whole of a small file. Errors: those of openRegularFile, LIMIT_EXCEEDED. */
export async function readSmallFile(
  path: string,
  maxBytes: number,
  options: OpenOptions = {},
): Promise<Result<Buffer, YaguraError>> {
  const opened = await openRegularFile(path, options)
  if (!opened.ok) return opened
  await using file = opened.value
  return await readWhole(file.handle, path, maxBytes)
}

/** Reads to the end, which files under /proc and growing files do not tell before. */
export async function readWhole(
  handle: FileHandle,
  path: string,
  maxBytes: number,
): Promise<Result<Buffer, YaguraError>> {
  const parts: Buffer[] = []
  let total = 0
  while (true) {
    const part = Buffer.allocUnsafe(Math.min(256 * 1024, maxBytes + 1 - total))
    const { bytesRead } = await handle.read(part, 0, part.length, total)
    if (bytesRead === 0) return ok(Buffer.concat(parts, total))
    parts.push(part.subarray(0, bytesRead))
    total += bytesRead
    if (total > maxBytes) return err(new YaguraError('LIMIT_EXCEEDED', `${path} is larger than ${maxBytes} bytes.`))
  }
}

const READ_CHUNK_BYTES = 256 * 1024

/** A range of an open file as chunks, in two buffers by turns (see Chunks). Errors: INPUT_TRUNCATED when the file ends before the range. */
export async function* readRange(
  file: Pick<OpenedFile, 'handle' | 'path'>,
  startBytes: number,
  lengthBytes: number,
): AsyncGenerator<Uint8Array> {
  let at = startBytes
  const end = startBytes + lengthBytes
  const buffers: Buffer[] = []
  for (let turn = 0; at < end; turn = 1 - turn) {
    buffers[turn] ??= Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, end - at))
    const chunk = buffers[turn] as Buffer
    const { bytesRead } = await file.handle.read(chunk, 0, Math.min(chunk.length, end - at), at)
    if (bytesRead === 0) throw new YaguraError('INPUT_TRUNCATED', `${file.path} ends too early.`)
    at += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}

/** An open file to its end, however long it has become; the buffer is reused. */
export async function* readToEnd({ handle, sizeBytes }: OpenedFile): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, Math.max(4096, sizeBytes + 1)))
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

export function fileError(error: unknown, path: string): YaguraError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new YaguraError('INPUT_NOT_FOUND', `${path} does not exist.`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new YaguraError('PERMISSION', `${path} may not be read by this user.`, { cause: error })
  if (code === 'ELOOP') return new YaguraError('INPUT_INVALID', `${path} is a symbolic link.`, { cause: error })
  return new YaguraError('INPUT_INVALID', `${path} cannot be read.`, { cause: error })
}
