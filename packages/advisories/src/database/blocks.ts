// Records in zstd-compressed blocks: neighbours share their strings through the compressor, and one lookup unpacks one block.
// A block in its section: u32 compressed length, u32 unpacked length, zstd frame with its own checksum.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { invalidError } from './format.ts'

const BLOCK_BYTES = 64 * 1024
const MAX_BLOCK_BYTES = 256 * 1024 * 1024
const HEADER_BYTES = 8
const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 12, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** Where a record lies: block (offset in its section), then start and length in the unpacked block. */
export type Locator = readonly [blockOffset: number, start: number, lengthBytes: number]

export interface BlockWriter {
  add(record: string): Locator
  finish(): Buffer[]
}

export function createBlockWriter(): BlockWriter {
  const chunks: Buffer[] = []
  let blockOffset = 0
  let pending: Buffer[] = []
  let pendingBytes = 0

  function flush() {
    if (pendingBytes === 0) return
    const packed = zstdCompressSync(Buffer.concat(pending, pendingBytes), COMPRESSION)
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt32LE(packed.length, 0)
    header.writeUInt32LE(pendingBytes, 4)
    chunks.push(header, packed)
    blockOffset += HEADER_BYTES + packed.length
    pending = []
    pendingBytes = 0
  }

  return {
    add(record) {
      const bytes = Buffer.from(record)
      if (pendingBytes > 0 && pendingBytes + bytes.length > BLOCK_BYTES) flush()
      const locator: Locator = [blockOffset, pendingBytes, bytes.length]
      pending.push(bytes)
      pendingBytes += bytes.length
      return locator
    },
    finish() {
      flush()
      return chunks
    },
  }
}

export interface BlockReader {
  /** One record, decoded. Throws ADVISORY_DB_INVALID where the block is damaged, or the record is not what was expected. */
  read<T>(locator: Locator, decode: (record: unknown) => T): T
}

/** `readAt` reads bytes of the section. Unpacked blocks stay outside of the heap, the last used ones up to `cacheBytes`. */
export function createBlockReader(
  readAt: (offset: number, length: number) => Buffer,
  cacheBytes: number,
  path: string,
): BlockReader {
  const cache = new Map<number, Buffer>()
  let cachedBytes = 0

  function load(offset: number): Buffer {
    const header = readAt(offset, HEADER_BYTES)
    const unpackedBytes = header.readUInt32LE(4)
    if (unpackedBytes > MAX_BLOCK_BYTES) throw invalidError(`${path} has a damaged block.`)
    try {
      const packed = readAt(offset + HEADER_BYTES, header.readUInt32LE(0))
      return zstdDecompressSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) })
    } catch (error) {
      throw invalidError(`${path} has a damaged block.`, error)
    }
  }

  function block(offset: number): Buffer {
    const cached = cache.get(offset)
    const unpacked = cached ?? load(offset)
    cache.delete(offset)
    cache.set(offset, unpacked)
    if (!cached) cachedBytes += unpacked.length
    for (const [oldest, { length }] of cache) {
      if (cachedBytes <= cacheBytes || oldest === offset) break
      cache.delete(oldest)
      cachedBytes -= length
    }
    return unpacked
  }

  return {
    read([blockOffset, start, lengthBytes], decode) {
      const bytes = block(blockOffset).subarray(start, start + lengthBytes)
      try {
        return decode(JSON.parse(bytes.toString('utf8')))
      } catch (error) {
        throw invalidError(`${path} has a damaged block.`, error)
      }
    },
  }
}
