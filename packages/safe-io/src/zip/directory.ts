// The central directory of a zip archive (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3): what is in it and where, without unpacking.
import { YaguraError } from '@yagura/kernel'

export interface ZipEntry {
  /** As written in the archive: a label, never a path to write to. */
  readonly name: string
  readonly method: number
  readonly crc32: number
  readonly packedBytes: number
  readonly sizeBytes: number
  /** Where its local header starts. */
  readonly offsetBytes: number
}

export interface DirectoryPlace {
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly entries: number
  /** By how much all offsets in it fall short. */
  readonly moved?: number
}

export const LOCAL_HEADER_BYTES = 30
export const LOCAL_SIGNATURE = 0x04034b50
/** End record (22 bytes) with the longest comment, and the zip64 locator before it. */
export const TAIL_BYTES = 22 + 0xffff + 20

const CENTRAL_SIGNATURE = 0x02014b50
const END_SIGNATURE = 0x06054b50
const LOCATOR_SIGNATURE = 0x07064b50
const END64_SIGNATURE = 0x06064b50
const END64_BYTES = 56
const ENCRYPTED = 0x0001
const UNKNOWN32 = 0xffff_ffff
const UNKNOWN16 = 0xffff

/** Reads bytes of the archive; throws when they are not all there. */
export type ReadAt = (offsetBytes: number, lengthBytes: number) => Promise<Buffer>

export async function findDirectory(readAt: ReadAt, archiveBytes: number, what: string): Promise<DirectoryPlace> {
  const tailStart = Math.max(0, archiveBytes - TAIL_BYTES)
  const end = readEnd(await readAt(tailStart, archiveBytes - tailStart), what)
  const place = end.place ?? readEnd64(await readAt(end.record64At, END64_BYTES), what)
  return checked(place, archiveBytes, what)
}

/** The same, of an archive in memory. */
export function findDirectoryIn(archive: Buffer, what: string): DirectoryPlace {
  const tailStart = Math.max(0, archive.length - TAIL_BYTES)
  const end = readEnd(archive.subarray(tailStart), what)
  if (end.place) {
    // a script before the archive moves all of it (self-executing jars), of which its offsets need not know
    const { lengthBytes, offsetBytes } = end.place
    const moved = tailStart + end.at - lengthBytes - offsetBytes
    return checked(
      moved > 0 ? { ...end.place, offsetBytes: offsetBytes + moved, moved } : end.place,
      archive.length,
      what,
    )
  }
  if (end.record64At + END64_BYTES > archive.length) throw new YaguraError('INPUT_TRUNCATED', `${what} ends too early.`)
  return checked(readEnd64(archive.subarray(end.record64At), what), archive.length, what)
}

function checked(place: DirectoryPlace, archiveBytes: number, what: string): DirectoryPlace {
  if (place.offsetBytes + place.lengthBytes > archiveBytes)
    throw new YaguraError('INPUT_TRUNCATED', `${what} ends before its directory does.`)
  return place
}

/** Where the directory lies, or where the zip64 record lies that says so. */
function readEnd(
  tail: Buffer,
  what: string,
): { at: number; place: DirectoryPlace } | { place: undefined; record64At: number } {
  const end = lastEndRecord(tail)
  if (end < 0) throw new YaguraError('INPUT_TRUNCATED', `${what} is not a zip archive, or its end is missing.`)
  const place = {
    entries: tail.readUInt16LE(end + 10),
    lengthBytes: tail.readUInt32LE(end + 12),
    offsetBytes: tail.readUInt32LE(end + 16),
  }
  const isZip64 = place.entries === UNKNOWN16 || place.lengthBytes === UNKNOWN32 || place.offsetBytes === UNKNOWN32
  if (!isZip64) return { at: end, place }
  const locator = end - 20
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_SIGNATURE)
    throw new YaguraError('INPUT_INVALID', `${what} has no zip64 locator where it needs one.`)
  return { place: undefined, record64At: Number(tail.readBigUInt64LE(locator + 8)) }
}

/** The last end record whose comment reaches exactly to the end of the archive. */
function lastEndRecord(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--)
    if (tail.readUInt32LE(at) === END_SIGNATURE && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at
  return -1
}

function readEnd64(record: Buffer, what: string): DirectoryPlace {
  if (record.readUInt32LE(0) !== END64_SIGNATURE)
    throw new YaguraError('INPUT_INVALID', `${what} has a broken zip64 end record.`)
  return {
    entries: Number(record.readBigUInt64LE(32)),
    lengthBytes: Number(record.readBigUInt64LE(40)),
    offsetBytes: Number(record.readBigUInt64LE(48)),
  }
}

export function parseDirectory(directory: Buffer, count: number, what: string): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw new YaguraError('INPUT_INVALID', `${what} has a broken directory.`)
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    const end = extraEnd + directory.readUInt16LE(at + 32)
    if (end > directory.length) throw new YaguraError('INPUT_INVALID', `${what} has a broken directory.`)
    const name = directory.toString('utf8', at + 46, nameEnd)
    if ((directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0)
      throw new YaguraError('INPUT_UNSUPPORTED', `${what} has encrypted entries, which cannot be read.`)
    entries.push({
      name,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      ...sizes(directory, at, directory.subarray(nameEnd, extraEnd)),
    })
    at = end
  }
  return entries
}

/** Sizes and offset; each one that does not fit 32 bits stands in the zip64 extra field instead, in this order. */
function sizes(directory: Buffer, at: number, extra: Buffer) {
  const wide = zip64Numbers(extra)
  const pick = (short: number) => (short === UNKNOWN32 ? (wide.shift() ?? short) : short)
  const sizeBytes = pick(directory.readUInt32LE(at + 24))
  const packedBytes = pick(directory.readUInt32LE(at + 20))
  const offsetBytes = pick(directory.readUInt32LE(at + 42))
  return { sizeBytes, packedBytes, offsetBytes }
}

function zip64Numbers(extra: Buffer): number[] {
  const numbers: number[] = []
  let at = 0
  while (at + 4 <= extra.length) {
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === 0x0001)
      for (let field = at + 4; field + 8 <= end; field += 8) numbers.push(Number(extra.readBigUInt64LE(field)))
    at = end
  }
  return numbers
}
