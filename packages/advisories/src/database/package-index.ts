// (ecosystem, package name) → where its advisories lie: rows of fixed width, sorted by the hash of the key.
// Row: 8 bytes of the key's sha256, u32 block, u32 start, u32 length. Keys whose hashes are equal stand side by side.
import { hash } from 'node:crypto'
import type { Locator } from './blocks.ts'

const HASH_BYTES = 8
const ROW_BYTES = HASH_BYTES + 12

export interface IndexRow {
  readonly ecosystem: string
  readonly packageName: string
  readonly locator: Locator
}

function keyHash(ecosystem: string, packageName: string): Buffer {
  return hash('sha256', `${ecosystem}\0${packageName}`, 'buffer').subarray(0, HASH_BYTES)
}

export function encodePackageIndex(rows: readonly IndexRow[]): Buffer {
  const encoded = rows.map(({ ecosystem, packageName, locator }) => {
    const row = Buffer.alloc(ROW_BYTES)
    keyHash(ecosystem, packageName).copy(row)
    for (const [i, value] of locator.entries()) row.writeUInt32LE(value, HASH_BYTES + i * 4)
    return row
  })
  return Buffer.concat(encoded.sort(Buffer.compare))
}

/** Places that may belong to the key: the caller compares the key in the record. */
export function findInPackageIndex(index: Buffer, ecosystem: string, packageName: string): Locator[] {
  const wanted = keyHash(ecosystem, packageName)
  const compareRow = (row: number) =>
    index.compare(wanted, 0, HASH_BYTES, row * ROW_BYTES, row * ROW_BYTES + HASH_BYTES)
  const rows = Math.floor(index.length / ROW_BYTES)
  let low = 0
  let high = rows
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareRow(middle) < 0) low = middle + 1
    else high = middle
  }
  const found: Locator[] = []
  for (let row = low; row < rows && compareRow(row) === 0; row++) {
    const at = row * ROW_BYTES + HASH_BYTES
    found.push([index.readUInt32LE(at), index.readUInt32LE(at + 4), index.readUInt32LE(at + 8)])
  }
  return found
}
