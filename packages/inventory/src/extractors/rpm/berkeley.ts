// Packages: a hash table of BerkeleyDB (rpm before 4.16). Key: number of the header; value: the header. The table is not looked up by
// key but read page after page, so that a broken page costs its own headers only. Layout: dbinc/db_page.h of BerkeleyDB 5.3.
import type { Report } from './database.ts'

const HASH_MAGIC = 0x061561
const PAGE_HEADER_BYTES = 26
const HASH_UNSORTED = 2
const OVERFLOW = 7
const HASH = 13
const KEY_DATA = 1
const OFF_PAGE = 3
const MAX_VALUE_BYTES = 64 * 1024 * 1024

interface Table {
  readonly file: Buffer
  readonly pageBytes: number
  readonly lastPage: number
  u16(at: number): number
  u32(at: number): number
}

export function isBerkeley(file: Buffer): boolean {
  return file.length >= 512 && (file.readUInt32LE(12) === HASH_MAGIC || file.readUInt32BE(12) === HASH_MAGIC)
}

export function* readBerkeley(file: Buffer, report: Report): Generator<Buffer> {
  const table = openTable(file, report)
  if (!table) return
  const present = Math.floor(file.length / table.pageBytes)
  if (present <= table.lastPage)
    report(`The database ends after page ${present} of ${table.lastPage + 1}; the packages of the rest are missing.`)
  for (let page = 1; page <= table.lastPage && page < present; page++) {
    const type = file[page * table.pageBytes + 25]
    if (type === HASH || type === HASH_UNSORTED) yield* valuesOf(table, page, report)
  }
}

function openTable(file: Buffer, report: Report): Table | undefined {
  if (!isBerkeley(file)) {
    report('The file is not a hash table of BerkeleyDB.')
    return undefined
  }
  // written in the byte order of the machine
  const little = file.readUInt32LE(12) === HASH_MAGIC
  const u16 = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const u32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const pageBytes = u32(20)
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) {
    report(`The database has pages of ${pageBytes} bytes, which cannot be.`)
    return undefined
  }
  if (file[24] !== 0 || ((file[26] ?? 0) & 1) !== 0) {
    report('The database is encrypted or has checksums, which rpm never writes.')
    return undefined
  }
  return { file, pageBytes, lastPage: u32(32), u16, u32 }
}

/** Items are keys and values in turn; offsets to them stand behind the header of the page, the items at its end. */
function* valuesOf(table: Table, page: number, report: Report): Generator<Buffer> {
  const start = page * table.pageBytes
  const items = Math.min(table.u16(start + 20), Math.floor((table.pageBytes - PAGE_HEADER_BYTES) / 2))
  const damaged = () => report(`A header on page ${page} of the database is damaged; its package is missing.`)
  for (let item = 0; item + 1 < items; item += 2) {
    const index = start + PAGE_HEADER_BYTES + item * 2
    const keyAt = table.u16(index)
    const valueAt = table.u16(index + 2)
    if (valueAt + 1 > keyAt || keyAt >= table.pageBytes) {
      damaged()
      continue
    }
    const kind = table.file[start + valueAt]
    if (kind === OFF_PAGE && valueAt + 12 <= table.pageBytes) {
      const value = overflow(table, table.u32(start + valueAt + 4), table.u32(start + valueAt + 8))
      if (value) yield value
      else damaged()
    } else if (kind === KEY_DATA) {
      const value = table.file.subarray(start + valueAt + 1, start + keyAt)
      // under key 0 stands the highest number in use
      if (value.length > 4) yield value
    } else damaged()
  }
}

function overflow(table: Table, first: number, bytes: number): Buffer | undefined {
  if (bytes > MAX_VALUE_BYTES) return undefined
  const parts: Buffer[] = []
  const seen = new Set<number>()
  let missing = bytes
  let page = first
  while (missing > 0) {
    const start = page * table.pageBytes
    if (page === 0 || seen.has(page) || start + table.pageBytes > table.file.length) return undefined
    seen.add(page)
    const length = table.u16(start + 22)
    if (table.file[start + 25] !== OVERFLOW || length === 0 || PAGE_HEADER_BYTES + length > table.pageBytes)
      return undefined
    parts.push(table.file.subarray(start + PAGE_HEADER_BYTES, start + PAGE_HEADER_BYTES + Math.min(length, missing)))
    missing -= length
    page = table.u32(start + 16)
  }
  return Buffer.concat(parts)
}
