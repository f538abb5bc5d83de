// rpmdb.sqlite: rows of the table Packages(hnum INTEGER PRIMARY KEY, blob BLOB), read page by page from the bytes
// (https://www.sqlite.org/fileformat2.html). No SQL engine sees what a stranger made, and a broken page costs its own rows only.
import type { Report } from './database.ts'
import { pagesOf, readLog, type SqlitePages } from './sqlite-pages.ts'

const INTERIOR = 0x05
const LEAF = 0x0d
const MAX_DEPTH = 20

export function* readSqlite(file: Buffer, wal: Buffer | undefined, report: Report): Generator<Buffer> {
  const pages = pagesOf(file, wal, report)
  if (!pages) return
  const root = rootOfPackages(pages, report)
  if (root === undefined) {
    report('The database has no table of packages.')
    return
  }
  for (const record of records(pages, root, report)) {
    const blob = columns(record)[1]
    if (Buffer.isBuffer(blob)) yield blob
    else report('A row of the table of packages holds no header.')
  }
}

/**
 * Headers in the pages of a log alone, where the database itself is not at hand. Which table a page belongs to is not said in it: rows
 * of (NULL, blob) are those of packages, and whoever reads the blob sees whether it is a header. Rows that go on in pages of the
 * database were there before.
 */
export function* readSqliteLog(wal: Buffer, report: Report): Generator<Buffer> {
  const log = readLog(wal, report)
  if (!log) return
  const pages: SqlitePages = { usableBytes: log.pageBytes, read: (number) => log.pages.get(number) }
  for (const [number, page] of log.pages) {
    const start = number === 1 ? 100 : 0
    if (page[start] !== LEAF) continue
    const count = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - start - 8) / 2))
    for (let cell = 0; cell < count; cell++) {
      const record = payload(pages, page, page.readUInt16BE(start + 8 + cell * 2))
      const [key, blob, ...more] = record ? columns(record) : []
      if (key === null && Buffer.isBuffer(blob) && more.length === 0) yield blob
    }
  }
}

/** The first page is the root of sqlite_schema(type, name, tbl_name, rootpage, sql). */
function rootOfPackages(pages: SqlitePages, report: Report): number | undefined {
  for (const record of records(pages, 1, report)) {
    const [type, name, , rootPage] = columns(record)
    if (String(type) === 'table' && String(name) === 'Packages' && typeof rootPage === 'number') return rootPage
  }
  return undefined
}

/** Records of a table in the order of its keys. Every page is visited once, whatever its links say. */
function* records(pages: SqlitePages, root: number, report: Report): Generator<Buffer> {
  const seen = new Set<number>()
  const open: { number: number; depth: number }[] = [{ number: root, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { number, depth } = next
    const page = seen.has(number) || depth > MAX_DEPTH ? undefined : pages.read(number)
    seen.add(number)
    const start = number === 1 ? 100 : 0
    const kind = page?.[start]
    if (!page || (kind !== INTERIOR && kind !== LEAF)) {
      report(`Page ${number} of the database is damaged; its packages are missing.`)
      continue
    }
    const headerBytes = kind === LEAF ? 8 : 12
    const count = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - start - headerBytes) / 2))
    const cells = Array.from({ length: count }, (_, at) => page.readUInt16BE(start + headerBytes + at * 2))
    if (kind === INTERIOR) {
      const children = cells.map((cell) => (cell + 4 <= page.length ? page.readUInt32BE(cell) : 0))
      children.push(page.readUInt32BE(start + 8))
      // the last one pushed is read first
      for (const child of children.reverse()) open.push({ number: child, depth: depth + 1 })
      continue
    }
    for (const cell of cells) {
      const record = payload(pages, page, cell)
      if (record) yield record
      else report(`A row on page ${number} of the database is damaged; its package is missing.`)
    }
  }
}

/** A cell of a leaf: length, key, the first part; the rest lies in a chain of overflow pages (file format, section 1.6). */
function payload(pages: SqlitePages, page: Buffer, cell: number): Buffer | undefined {
  const length = varint(page, cell)
  const key = length && varint(page, length.next)
  if (!length || !key) return undefined
  const local = localBytes(length.value, pages.usableBytes)
  if (key.next + local > page.length) return undefined
  const parts = [page.subarray(key.next, key.next + local)]
  let missing = length.value - local
  if (missing === 0) return parts[0]
  if (key.next + local + 4 > page.length) return undefined
  let overflow = page.readUInt32BE(key.next + local)
  // each page brings something, so a chain in a circle ends with the length that the cell claims; that one is bounded here
  if (length.value > MAX_RECORD_BYTES) return undefined
  while (missing > 0) {
    const part = overflow === 0 ? undefined : pages.read(overflow)
    if (!part) return undefined
    const bytes = Math.min(missing, pages.usableBytes - 4)
    parts.push(part.subarray(4, 4 + bytes))
    missing -= bytes
    overflow = part.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

const MAX_RECORD_BYTES = 64 * 1024 * 1024

function localBytes(payloadBytes: number, usableBytes: number): number {
  const most = usableBytes - 35
  if (payloadBytes <= most) return payloadBytes
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23
  const fitting = least + ((payloadBytes - least) % (usableBytes - 4))
  return fitting <= most ? fitting : least
}

/** Columns of a record (section 2.1); what is cut off is missing. */
function columns(record: Buffer): (number | Buffer | null)[] {
  const header = varint(record, 0)
  if (!header) return []
  const found: (number | Buffer | null)[] = []
  let body = header.value
  let at = header.next
  while (at < header.value && found.length < 16) {
    const type = varint(record, at)
    if (!type) break
    at = type.next
    const bytes = bytesOf(type.value)
    if (body + bytes > record.length) break
    found.push(columnValue(record.subarray(body, body + bytes), type.value))
    body += bytes
  }
  return found
}

function bytesOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2)
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0
}

function columnValue(bytes: Buffer, type: number): number | Buffer | null {
  if (type >= 12) return bytes
  if (type === 8 || type === 9) return type - 8
  return type >= 1 && type <= 5 ? bytes.readIntBE(0, bytes.length) : null
}

/** Big-endian, seven bits a byte, the ninth byte whole; values beyond what is safe are none. */
function varint(bytes: Buffer, start: number): { value: number; next: number } | undefined {
  let value = 0
  for (let at = start; at < start + 8; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, next: at + 1 } : undefined
  }
  // keys of nine bytes are negative or enormous: no table of rpm has them
  return undefined
}
