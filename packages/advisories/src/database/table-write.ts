// A table: records sorted by key, cut into packed blocks. Where a block ends depends on the keys around the cut alone, so a
// record that comes or goes changes one or two blocks and no other, and a delta stays small (content-defined chunking,
// Muthitacharoen et al., "A low-bandwidth network file system", 2001).
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { encodeBlock, packBlock, type TableRecord } from './block.ts'

/** First key, packed bytes, unpacked bytes; blocks lie in this order. */
export type BlockPlace = readonly [firstKey: string, packedBytes: number, unpackedBytes: number]

export interface PackedTable {
  readonly name: string
  readonly records: number
  readonly blocks: readonly Buffer[]
  readonly index: Buffer
  /** sha256 of the unpacked blocks: another release of the compressor changes nothing here. */
  readonly digest: Buffer
}

/** A block of the former database with the same content is taken as it is. */
export type Reuse = (firstKey: string, unpacked: Buffer) => Buffer | undefined

/** `records` sorted by key, by UTF-16 code units, each key once. `blockBytes`: what a block has on average, unpacked. */
export function packTable(
  name: string,
  records: Iterable<TableRecord>,
  blockBytes: number,
  reuse: Reuse = () => undefined,
): PackedTable {
  const blocks: Buffer[] = []
  const places: BlockPlace[] = []
  const digest = createHash('sha256')
  let pending: TableRecord[] = []
  let pendingBytes = 0
  let count = 0

  function flush() {
    const [first] = pending
    if (!first) return
    const unpacked = encodeBlock(pending)
    digest.update(unpacked)
    const packed = reuse(first.key, unpacked) ?? packBlock(unpacked)
    blocks.push(packed)
    places.push([first.key, packed.length, unpacked.length])
    pending = []
    pendingBytes = 0
  }

  for (const record of records) {
    const bytes = record.key.length + record.value.length + 8
    if (
      pendingBytes + bytes > blockBytes * 4 ||
      (pendingBytes > blockBytes / 4 && isCut(record.key, bytes, blockBytes))
    )
      flush()
    pending.push(record)
    pendingBytes += bytes
    count++
  }
  flush()
  return { name, records: count, blocks, index: Buffer.from(JSON.stringify(places)), digest: digest.digest() }
}

/** True for one record in every `blockBytes`. */
function isCut(key: string, recordBytes: number, blockBytes: number): boolean {
  return crc32(key) < (recordBytes / blockBytes) * 0x1_0000_0000
}

/** Sorted as tables are. */
export function sortRecords(records: ReadonlyMap<string, string>): TableRecord[] {
  return [...records.keys()].sort(byCodeUnits).map((key) => ({ key, value: Buffer.from(records.get(key) ?? '') }))
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
