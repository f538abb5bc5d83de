// Zip archives that strangers made, read entry by entry: bounded in entries and bytes, every entry checked against its CRC.
import { crc32, inflateRawSync } from 'node:zlib'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { createByteBudget } from '../budget/budget.ts'
import { openRegularFile } from '../file/open.ts'
import {
  findDirectory,
  LOCAL_HEADER_BYTES,
  LOCAL_SIGNATURE,
  parseDirectory,
  type ReadAt,
  type ZipEntry,
} from './directory.ts'

export interface ZipLimits {
  readonly archiveEntries: number
  /** Largest entry, unpacked. */
  readonly entryBytes: number
  /** All entries that are read, unpacked. */
  readonly totalBytes: number
}

export interface ZipArchive extends AsyncDisposable {
  readonly entries: readonly ZipEntry[]
  /** The whole of one entry. Errors concern this entry; others can still be read, except after LIMIT_EXCEEDED of the whole. */
  read(entry: ZipEntry): Promise<Result<Buffer, YaguraError>>
}

const STORED = 0
const DEFLATED = 8
/** Bytes read at once: entries mostly lie one after the other. */
const WINDOW_BYTES = 1024 * 1024
const MAX_CHUNK_BYTES = 1024 * 1024
const MAX_DIRECTORY_BYTES = 512 * 1024 * 1024

/** Errors: those of opening a file, INPUT_INVALID, INPUT_TRUNCATED, INPUT_UNSUPPORTED, LIMIT_EXCEEDED. */
export async function openZip(path: string, limits: ZipLimits): Promise<Result<ZipArchive, YaguraError>> {
  const opened = await openRegularFile(path)
  if (!opened.ok) return opened
  const file = opened.value
  const readAt = windowedReader(file.handle, file.sizeBytes, path)
  try {
    const place = await findDirectory(readAt, file.sizeBytes, path)
    if (place.entries > limits.archiveEntries || place.lengthBytes > MAX_DIRECTORY_BYTES)
      throw new YaguraError('LIMIT_EXCEEDED', `${path} has more than ${limits.archiveEntries} entries.`)
    const entries = parseDirectory(await readAt(place.offsetBytes, place.lengthBytes), place.entries, path)
    refuseOverlaps(entries, path)
    const budget = createByteBudget(limits.totalBytes, path)
    return ok({
      entries,
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
      async read(entry) {
        try {
          if (entry.sizeBytes > limits.entryBytes)
            throw new YaguraError(
              'LIMIT_EXCEEDED',
              `${entry.name} in ${path} is larger than ${limits.entryBytes} bytes.`,
            )
          budget.spend(entry.sizeBytes)
          return ok(await readEntry(readAt, entry, path))
        } catch (error) {
          return err(toYaguraError(error))
        }
      },
    })
  } catch (error) {
    await file[Symbol.asyncDispose]()
    return err(toYaguraError(error))
  }
}

/** One byte unpacked many times over is how a small archive becomes a huge one (Fifield, A better zip bomb, 2019). */
export function refuseOverlaps(entries: readonly ZipEntry[], path: string): void {
  const byOffset = entries.toSorted((a, b) => a.offsetBytes - b.offsetBytes)
  let end = 0
  for (const entry of byOffset) {
    if (entry.offsetBytes < end) throw new YaguraError('INPUT_INVALID', `${path} has entries that overlap.`)
    end = entry.offsetBytes + LOCAL_HEADER_BYTES + entry.packedBytes
  }
}

async function readEntry(readAt: ReadAt, entry: ZipEntry, path: string): Promise<Buffer> {
  const broken = (cause?: unknown) =>
    new YaguraError('INPUT_INVALID', `${entry.name} in ${path} is damaged.`, { cause })
  const header = await readAt(entry.offsetBytes, LOCAL_HEADER_BYTES)
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE || header.readUInt16LE(8) !== entry.method) throw broken()
  const start = entry.offsetBytes + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  return unpackEntry(await readAt(start, entry.packedBytes), entry, broken)
}

/** Throws `broken` when it is not what the directory says. */
export function unpackEntry(packed: Buffer, entry: ZipEntry, broken: (cause?: unknown) => YaguraError): Buffer {
  const content = unpack(packed, entry, broken)
  if (content.length !== entry.sizeBytes || crc32(content) !== entry.crc32) throw broken()
  return content
}

function unpack(packed: Buffer, entry: ZipEntry, broken: (cause: unknown) => YaguraError): Buffer {
  if (entry.method === STORED) return packed
  if (entry.method !== DEFLATED)
    throw new YaguraError('INPUT_UNSUPPORTED', `${entry.name} is packed by method ${entry.method}, which is not known.`)
  try {
    // One chunk of the right size: the default would take 16 KiB for each small entry.
    const chunkSize = Math.min(Math.max(64, entry.sizeBytes + 1), MAX_CHUNK_BYTES)
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.sizeBytes), chunkSize })
  } catch (error) {
    throw broken(error)
  }
}

interface Readable {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
}

/** Keeps the last megabyte that was read, so that neighbours cost no system call of their own. */
function windowedReader(handle: Readable, archiveBytes: number, path: string): ReadAt {
  let window: Buffer = Buffer.alloc(0)
  let windowStart = 0
  return async (offsetBytes, lengthBytes) => {
    if (!(offsetBytes >= 0) || !(offsetBytes + lengthBytes <= archiveBytes))
      throw new YaguraError('INPUT_TRUNCATED', `${path} ends too early.`)
    if (offsetBytes < windowStart || offsetBytes + lengthBytes > windowStart + window.length) {
      window = await readFully(
        handle,
        offsetBytes,
        Math.min(Math.max(lengthBytes, WINDOW_BYTES), archiveBytes - offsetBytes),
        path,
      )
      windowStart = offsetBytes
    }
    return window.subarray(offsetBytes - windowStart, offsetBytes - windowStart + lengthBytes)
  }
}

async function readFully(handle: Readable, position: number, lengthBytes: number, path: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(lengthBytes)
  let filled = 0
  while (filled < lengthBytes) {
    const { bytesRead } = await handle.read(buffer, filled, lengthBytes - filled, position + filled)
    if (bytesRead === 0) throw new YaguraError('INPUT_TRUNCATED', `${path} ends too early.`)
    filled += bytesRead
  }
  return buffer
}
