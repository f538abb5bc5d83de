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
  const tail = await readAt(tailStart, archiveBytes - tailStart)
  const end = lastEndRecord(tail)
  if (end < 0) throw new YaguraError('INPUT_TRUNCATED', `${what} is not a zip archive, or its end is missing.`)
  const short = {
    entries: tail.readUInt16LE(end + 10),
    lengthBytes: tail.readUInt32LE(end + 12),
    offsetBytes: tail.readUInt32LE(end + 16),
  }
  const isZip64 = short.entries === UNKNOWN16 || short.lengthBytes === UNKNOWN32 || short.offsetBytes === UNKNOWN32
  const place = isZip64 ? await findDirectory64(readAt, tail, end, what) : short
  if (place.offsetBytes + place.lengthBytes > archiveBytes)
    throw new YaguraError('INPUT_TRUNCATED', `${what} ends before its directory does.`)
  return place
}

/** The last end record whose comment reaches exactly to the end of the archive. */
function lastEndRecord(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--)
    if (tail.readUInt32LE(at) === END_SIGNATURE && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at
  return -1
}

async function findDirectory64(readAt: ReadAt, tail: Buffer, end: number, what: string): Promise<DirectoryPlace> {
  const locator = end - 20
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_SIGNATURE)
    throw new YaguraError('INPUT_INVALID', `${what} has no zip64 locator where it needs one.`)
  const record = await readAt(Number(tail.readBigUInt64LE(locator + 8)), END64_BYTES)
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
