// A zip archive that is held in memory, such as one inside another; the bounds and checks are those of archives on disk.
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import type { ByteBudget } from '../budget/budget.ts'
import { refuseOverlaps, unpackEntry } from './archive.ts'
import { findDirectoryIn, LOCAL_HEADER_BYTES, LOCAL_SIGNATURE, parseDirectory, type ZipEntry } from './directory.ts'

export interface MemoryZipLimits {
  readonly archiveEntries: number
  /** Largest entry, unpacked. */
  readonly entryBytes: number
  /** Of all entries that are read, unpacked; archives inside archives share one. */
  readonly budget: ByteBudget
}

export interface MemoryZip {
  readonly entries: readonly ZipEntry[]
  /** The whole of one entry. */
  read(entry: ZipEntry): Result<Buffer, YaguraError>
}

/** Errors: INPUT_INVALID, INPUT_TRUNCATED, INPUT_UNSUPPORTED, LIMIT_EXCEEDED. */
export function openZipIn(archive: Buffer, limits: MemoryZipLimits, what: string): Result<MemoryZip, YaguraError> {
  try {
    const place = findDirectoryIn(archive, what)
    if (place.entries > limits.archiveEntries)
      throw new YaguraError('LIMIT_EXCEEDED', `${what} has more than ${limits.archiveEntries} entries.`)
    const directory = archive.subarray(place.offsetBytes, place.offsetBytes + place.lengthBytes)
    const moved = place.moved ?? 0
    const entries = parseDirectory(directory, place.entries, what).map((entry) =>
      moved === 0 ? entry : { ...entry, offsetBytes: entry.offsetBytes + moved },
    )
    refuseOverlaps(entries, what)
    return ok({ entries, read: (entry) => attempt(() => readEntry(archive, entry, limits, what)) })
  } catch (error) {
    return err(toYaguraError(error))
  }
}

function readEntry(archive: Buffer, entry: ZipEntry, limits: MemoryZipLimits, what: string): Buffer {
  const broken = (cause?: unknown) =>
    new YaguraError('INPUT_INVALID', `${entry.name} in ${what} is damaged.`, { cause })
  if (entry.sizeBytes > limits.entryBytes)
    throw new YaguraError('LIMIT_EXCEEDED', `${entry.name} in ${what} is larger than ${limits.entryBytes} bytes.`)
  const header = archive.subarray(entry.offsetBytes, entry.offsetBytes + LOCAL_HEADER_BYTES)
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw broken()
  const start = entry.offsetBytes + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = archive.subarray(start, start + entry.packedBytes)
  if (packed.length < entry.packedBytes || header.readUInt16LE(8) !== entry.method) throw broken()
  limits.budget.spend(entry.sizeBytes)
  return unpackEntry(packed, entry, broken)
}

function attempt(step: () => Buffer): Result<Buffer, YaguraError> {
  try {
    return ok(step())
  } catch (error) {
    return err(toYaguraError(error))
  }
}
