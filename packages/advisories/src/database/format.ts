// The advisory database file: a header, a table of named sections, and the sections. All numbers little endian.
//
//   0  magic "YAGURADB"          8  u32 format version       12  u32 number of sections
//  16  u64 size of the file     24  u64 built at, ms         32  sha256 of what is said (write.ts)
//  64  per section: name (24 bytes, NUL-padded), u64 offset, u64 length, u32 crc32, u32 zero
//      u32 crc32 of all bytes before it
//
// Sections that a reader does not know are skipped, and those that are not there hold nothing, so new ones need no new version.
// The time of building is outside of the sha256, and so is packing: the same advisories give the same sha256. Every byte is
// covered by the crc32 of the header or of its section.
import { crc32 } from 'node:zlib'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export const FORMAT_VERSION = 3
const MAGIC = Buffer.from('YAGURADB', 'latin1')
const HEADER_BYTES = 64
const SECTION_BYTES = 48
const SECTION_NAME_BYTES = 24
const MAX_SECTIONS = 64
/** The start of the file that surely holds header and table. */
export const HEAD_BYTES = HEADER_BYTES + MAX_SECTIONS * SECTION_BYTES + 4

export interface Section {
  readonly name: string
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly crc32: number
}

export interface Header {
  readonly sizeBytes: number
  readonly builtAtMs: number
  readonly sha256: Buffer
  readonly sections: readonly Section[]
}

export function headBytes(sectionCount: number): number {
  return HEADER_BYTES + sectionCount * SECTION_BYTES + 4
}

export function encodeHeader(header: Header): Buffer {
  const head = Buffer.alloc(headBytes(header.sections.length))
  MAGIC.copy(head)
  head.writeUInt32LE(FORMAT_VERSION, 8)
  head.writeUInt32LE(header.sections.length, 12)
  head.writeBigUInt64LE(BigInt(header.sizeBytes), 16)
  head.writeBigUInt64LE(BigInt(header.builtAtMs), 24)
  header.sha256.copy(head, 32)
  for (const [i, section] of header.sections.entries()) {
    const at = HEADER_BYTES + i * SECTION_BYTES
    head.write(section.name, at, SECTION_NAME_BYTES, 'latin1')
    head.writeBigUInt64LE(BigInt(section.offsetBytes), at + 24)
    head.writeBigUInt64LE(BigInt(section.lengthBytes), at + 32)
    head.writeUInt32LE(section.crc32, at + 40)
  }
  head.writeUInt32LE(crc32(head.subarray(0, -4)), head.length - 4)
  return head
}

/** `head`: the first HEAD_BYTES of the file, or all of it where it is shorter. */
export function decodeHeader(head: Buffer, actualBytes: number, path: string): Result<Header, YaguraError> {
  if (head.length < HEADER_BYTES || !head.subarray(0, 8).equals(MAGIC))
    return invalid(`${path} is not an advisory database.`)
  const version = head.readUInt32LE(8)
  if (version !== FORMAT_VERSION)
    return err(
      new YaguraError(
        'ADVISORY_DB_VERSION',
        `${path} has format ${version}, and this version of Yagura reads format ${FORMAT_VERSION}.`,
        { hint: 'Build it again with `yagura db update` or `yagura db build`.' },
      ),
    )
  const count = head.readUInt32LE(12)
  const end = headBytes(count)
  if (count > MAX_SECTIONS || head.length < end || crc32(head.subarray(0, end - 4)) !== head.readUInt32LE(end - 4))
    return invalid(`${path} has a damaged header.`)
  const sizeBytes = Number(head.readBigUInt64LE(16))
  if (sizeBytes !== actualBytes)
    return invalid(`${path} should have ${sizeBytes} bytes and has ${actualBytes}: it was cut short or changed.`)
  const sections = Array.from({ length: count }, (_, i) => decodeSection(head, HEADER_BYTES + i * SECTION_BYTES))
  if (sections.some((section) => section.offsetBytes + section.lengthBytes > sizeBytes))
    return invalid(`${path} has a damaged header.`)
  return ok({
    sizeBytes,
    builtAtMs: Number(head.readBigUInt64LE(24)),
    sha256: Buffer.from(head.subarray(32, 64)),
    sections,
  })
}

function decodeSection(head: Buffer, at: number): Section {
  return {
    name: head.toString('latin1', at, at + SECTION_NAME_BYTES).replace(/\0+$/, ''),
    offsetBytes: Number(head.readBigUInt64LE(at + 24)),
    lengthBytes: Number(head.readBigUInt64LE(at + 32)),
    crc32: head.readUInt32LE(at + 40),
  }
}

export function invalid(message: string, cause?: unknown): Result<never, YaguraError> {
  return err(invalidError(message, cause))
}

export function invalidError(message: string, cause?: unknown): YaguraError {
  const hint = 'Build it again with `yagura db update` or `yagura db build`.'
  return new YaguraError('ADVISORY_DB_INVALID', message, { cause, hint })
}
