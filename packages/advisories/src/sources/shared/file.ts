// Files of feeds: whole, bounded, and unpacked where they end in .gz.
import { gunzipSync } from 'node:zlib'
import { type Result, YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'

const MiB = 1024 * 1024
export const MAX_FILE_BYTES = 256 * MiB
const MAX_UNPACKED_BYTES = 1024 * MiB

/** undefined where there is no such file. Throws INPUT_*, LIMIT_EXCEEDED, PERMISSION. */
export async function readFeedFile(path: string, maxBytes = MAX_FILE_BYTES): Promise<Buffer | undefined> {
  const file: Result<Buffer, YaguraError> = await readSmallFile(path, maxBytes)
  if (!file.ok) {
    if (file.error.code === 'INPUT_NOT_FOUND') return undefined
    throw file.error
  }
  return path.endsWith('.gz') ? gunzip(file.value, path) : file.value
}

function gunzip(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new YaguraError('LIMIT_EXCEEDED', `${path} unpacks to more than ${MAX_UNPACKED_BYTES} bytes.`)
    if (code === 'Z_BUF_ERROR') throw new YaguraError('INPUT_TRUNCATED', `${path} ends too early.`, { cause: error })
    throw new YaguraError('INPUT_INVALID', `${path} cannot be unpacked.`, { cause: error })
  }
}

/** The first of these names below `from` that is there. */
export async function readFirst(
  from: string,
  names: readonly string[],
): Promise<{ readonly path: string; readonly bytes: Buffer } | undefined> {
  for (const name of names) {
    const path = `${from}/${name}`
    const bytes = await readFeedFile(path)
    if (bytes) return { path, bytes }
  }
  return undefined
}

/** Lines without their end, empty ones left out; one at a time, so that the whole never becomes a string. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline < 0 ? bytes.length : newline
    const line = bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end)
    if (line.length > 0) yield line
    start = end + 1
  }
}
