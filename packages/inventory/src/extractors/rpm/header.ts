// A header as rpm stores it in its database (lib/header.c, "headerImport"): numbers of entries and of data bytes, the entries
// {tag, type, offset, count}, the data; all numbers big-endian. Only the tags that are asked for are decoded.

export type TagValue = readonly string[] | readonly number[]

const ENTRY_BYTES = 16
/** rpm's own bounds (lib/header.c: hdrchkTags, hdrchkData). */
const MAX_ENTRIES = 0xffff
const MAX_DATA_BYTES = 256 * 1024 * 1024
/** Strings of one array; the largest package of a distribution has about 200,000 files. */
const MAX_VALUES = 2_000_000

const INT16 = 3
const INT32 = 4
const STRING = 6
const STRING_ARRAY = 8
const I18N_STRING = 9

/** Values of the wanted tags that lie inside the header; undefined when it is none. */
export function readHeader(blob: Buffer, wanted: ReadonlySet<number>): ReadonlyMap<number, TagValue> | undefined {
  if (blob.length < 8) return undefined
  const entries = blob.readUInt32BE(0)
  const dataBytes = blob.readUInt32BE(4)
  const dataStart = 8 + entries * ENTRY_BYTES
  if (entries === 0 || entries > MAX_ENTRIES || dataBytes > MAX_DATA_BYTES || dataStart > blob.length) return undefined
  // a blob that was cut short still says what its first tags are
  const data = blob.subarray(dataStart, dataStart + dataBytes)
  const values = new Map<number, TagValue>()
  for (let at = 8; at < dataStart; at += ENTRY_BYTES) {
    const tag = blob.readUInt32BE(at)
    if (!wanted.has(tag)) continue
    const value = readValue(data, blob.readUInt32BE(at + 4), blob.readUInt32BE(at + 8), blob.readUInt32BE(at + 12))
    if (value) values.set(tag, value)
  }
  return values
}

function readValue(data: Buffer, type: number, offset: number, count: number): TagValue | undefined {
  if (offset >= data.length) return undefined
  switch (type) {
    case STRING:
      return strings(data, offset, 1)
    case STRING_ARRAY:
    case I18N_STRING:
      return strings(data, offset, count)
    case INT16:
      return numbers(data, offset, count, 2)
    case INT32:
      return numbers(data, offset, count, 4)
    default:
      return undefined
  }
}

function strings(data: Buffer, offset: number, count: number): string[] | undefined {
  const found: string[] = []
  let at = offset
  while (found.length < Math.min(count, MAX_VALUES)) {
    const end = data.indexOf(0, at)
    if (end < 0) return undefined
    found.push(data.toString('utf8', at, end))
    at = end + 1
  }
  return found
}

function numbers(data: Buffer, offset: number, count: number, bytes: 2 | 4): number[] | undefined {
  if (count > MAX_VALUES || offset + count * bytes > data.length) return undefined
  return Array.from({ length: count }, (_, at) => data.readUIntBE(offset + at * bytes, bytes))
}
