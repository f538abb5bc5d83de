// A block: neighbouring records of a table, found by binary search once the block is unpacked.
// u32 number of records, per record u32 end of its key and u32 end of its value, then keys and values one after the other (UTF-8).
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 12, [constants.ZSTD_c_checksumFlag]: 1 },
}
export const MAX_BLOCK_BYTES = 256 * 1024 * 1024

export interface TableRecord {
  readonly key: string
  readonly value: Buffer
}

export interface Block {
  readonly count: number
  key(at: number): string
  value(at: number): Buffer
  /** Of the first record whose key does not come before `wanted`. */
  seek(wanted: string): number
}

export function encodeBlock(records: readonly TableRecord[]): Buffer {
  const keys = records.map(({ key }) => Buffer.from(key))
  const directory = Buffer.alloc(4 + records.length * 8)
  directory.writeUInt32LE(records.length, 0)
  let end = 0
  const parts: Buffer[] = [directory]
  for (const [i, record] of records.entries()) {
    const key = keys[i] as Buffer
    parts.push(key, record.value)
    directory.writeUInt32LE(end + key.length, 4 + i * 8)
    end += key.length + record.value.length
    directory.writeUInt32LE(end, 8 + i * 8)
  }
  return Buffer.concat(parts)
}

/** Throws where the bytes are not a block. */
export function decodeBlock(bytes: Buffer): Block {
  const count = bytes.readUInt32LE(0)
  const start = 4 + count * 8
  if (start > bytes.length) throw new RangeError('The directory of the block is longer than the block.')
  const slice = (from: number, to: number) => {
    if (from > to || start + to > bytes.length) throw new RangeError('A record leaves its block.')
    return bytes.subarray(start + from, start + to)
  }
  const startOf = (at: number) => (at === 0 ? 0 : bytes.readUInt32LE(at * 8))
  const keyEnd = (at: number) => bytes.readUInt32LE(4 + at * 8)
  const key = (at: number) => slice(startOf(at), keyEnd(at)).toString('utf8')
  return {
    count,
    key,
    value: (at) => slice(keyEnd(at), bytes.readUInt32LE(8 + at * 8)),
    seek(wanted) {
      let low = 0
      let high = count
      while (low < high) {
        const middle = (low + high) >>> 1
        if (key(middle) < wanted) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}

export function packBlock(unpacked: Buffer): Buffer {
  return zstdCompressSync(unpacked, COMPRESSION)
}

/** Throws where the frame is damaged or has another length. */
export function unpackBlock(packed: Buffer, unpackedBytes: number): Buffer {
  if (unpackedBytes > MAX_BLOCK_BYTES) throw new RangeError('The block is too long.')
  const unpacked = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) })
  if (unpacked.length !== unpackedBytes) throw new RangeError('The block has another length.')
  return unpacked
}
