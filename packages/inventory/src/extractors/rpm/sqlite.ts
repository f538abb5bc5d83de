// rpmdb.sqlite: rows of the table Packages(hnum INTEGER PRIMARY KEY, blob BLOB), read page by page from the bytes
// (https://www.sqlite.org/fileformat2.html). No SQL engine sees what a stranger made, and a broken page costs its own rows only.
import type { Report } from './database.ts'
import { pagesOf, type SqliteLog, type SqlitePages } from './sqlite-pages.ts'

const INTERIOR = 0x05
const LEAF = 0x0d
const MAX_DEPTH = 20
/** Pages may point to the same few places over and over: of all pages together so many. */
const MAX_CHILDREN = 500_000
const TOO_MANY = 'The database has more pages and rows than any list of packages; the rest was left out.'

/** A row of the table of packages. */
export interface Row {
  /** Where it stands: the pages of a table are what a log changes. */
  readonly page: number
  /** Its hnum. */
  readonly key: number
  /** First page of the rest of it, 0 where it has none. */
  readonly overflow: number
  /** undefined where it goes on in pages that are not at hand. */
  readonly blob: Buffer | undefined
}

/** Pages above the leaves, told while rows are read. */
export type Branch = (page: number, children: readonly number[]) => void

/** Undefined (with a report) where it is no database. */
export function sqlitePages(file: Buffer, wal: Buffer | undefined, report: Report): SqlitePages | undefined {
  return pagesOf(file, wal, report)
}

export function* rowsOf(pages: SqlitePages, root: number, report: Report, branch?: Branch): Generator<Row> {
  for (const { page, key, overflow, record } of records(pages, root, report, branch)) {
    const blob = columns(record)[1]
    if (!Buffer.isBuffer(blob)) report('A row of the table of packages holds no header.')
    yield { page, key, overflow, blob: Buffer.isBuffer(blob) ? blob : undefined }
  }
}

/**
 * The pages of a log alone, where the database itself is not at hand. Which table a page belongs to is not said in it: rows of
 * (NULL, blob) are those of packages, and whoever reads the blob sees whether it is a header. Rows that go on in pages of the database
 * were there before.
 */
export function* rowsOfLog(log: SqliteLog, report: Report, branch: Branch): Generator<Row> {
  let seen = 0
  const pages: SqlitePages = {
    pageBytes: log.pageBytes,
    usableBytes: log.pageBytes,
    read: (number) => log.pages.get(number),
  }
  for (const [number, page] of log.pages) {
    const start = number === 1 ? 100 : 0
    const kind = page[start]
    const cells = kind === LEAF ? cellsOf(page, start, 8) : []
    const children = kind === INTERIOR ? childrenOf(page, start) : []
    seen += cells.length + children.length
    if (seen > MAX_CHILDREN) return report(TOO_MANY)
    if (kind === INTERIOR) branch(number, children)
    for (const at of cells) {
      const cell = cellAt(pages, page, at)
      if (!cell) continue
      const [key, blob, ...more] = cell.record ? columns(cell.record) : []
      const isPackage = !cell.record || (key === null && Buffer.isBuffer(blob) && more.length === 0)
      if (isPackage) yield { page: number, ...cell, blob: Buffer.isBuffer(blob) ? blob : undefined }
    }
  }
}

/** The first page is the root of sqlite_schema(type, name, tbl_name, rootpage, sql). */
export function rootOfPackages(pages: SqlitePages, report: Report): number | undefined {
  for (const { record } of records(pages, 1, report)) {
    const [type, name, , rootPage] = columns(record)
    if (String(type) === 'table' && String(name) === 'Packages' && typeof rootPage === 'number') return rootPage
  }
  return undefined
}

interface Cell {
  readonly key: number
  readonly overflow: number
  readonly record: Buffer
}

/** Records of a table in the order of its keys. Every page is visited once, whatever its links say. */
function* records(
  pages: SqlitePages,
  root: number,
  report: Report,
  branch?: Branch,
): Generator<Cell & { readonly page: number }> {
  const seen = new Set<number>()
  const open: { number: number; depth: number }[] = [{ number: root, depth: 0 }]
  let met = 0
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
    if (kind === INTERIOR) {
      const children = childrenOf(page, start)
      met += children.length
      if (met > MAX_CHILDREN) return report(TOO_MANY)
      branch?.(number, children)
      // the last one pushed is read first
      for (const child of children.toReversed()) open.push({ number: child, depth: depth + 1 })
      continue
    }
    const cells = cellsOf(page, start, 8)
    met += cells.length
    if (met > MAX_CHILDREN) return report(TOO_MANY)
    for (const at of cells) {
      const cell = cellAt(pages, page, at)
      if (cell?.record) yield { page: number, ...cell, record: cell.record }
      else report(`A row on page ${number} of the database is damaged; its package is missing.`)
    }
  }
}

function childrenOf(page: Buffer, start: number): number[] {
  const cells = cellsOf(page, start, 12)
  return [...cells.map((cell) => (cell + 4 <= page.length ? page.readUInt32BE(cell) : 0)), page.readUInt32BE(start + 8)]
}

function cellsOf(page: Buffer, start: number, headerBytes: number): number[] {
  const count = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - start - headerBytes) / 2))
  return Array.from({ length: count }, (_, at) => page.readUInt16BE(start + headerBytes + at * 2))
}

/**
 * A cell of a leaf: length, key, the first part; the rest lies in a chain of overflow pages (file format, section 1.6). Without record
 * where that chain cannot be followed.
 */
function cellAt(
  pages: SqlitePages,
  page: Buffer,
  at: number,
): (Omit<Cell, 'record'> & { record: Buffer | undefined }) | undefined {
  const length = varint(page, at)
  const key = length && varint(page, length.next)
  if (!length || !key) return undefined
  const local = localBytes(length.value, pages.usableBytes)
  if (key.next + local > page.length) return undefined
  const first = page.subarray(key.next, key.next + local)
  const missing = length.value - local
  if (missing === 0) return { key: key.value, overflow: 0, record: first }
  if (key.next + local + 4 > page.length) return undefined
  const overflow = page.readUInt32BE(key.next + local)
  // each page brings something, so a chain in a circle ends with the length that the cell claims; that one is bounded here
  const rest = length.value > MAX_RECORD_BYTES ? undefined : chain(pages, overflow, missing)
  return { key: key.value, overflow, record: rest && Buffer.concat([first, ...rest]) }
}

function chain(pages: SqlitePages, start: number, sizeBytes: number): Buffer[] | undefined {
  const parts: Buffer[] = []
  let overflow = start
  for (let missing = sizeBytes; missing > 0; ) {
    const part = overflow === 0 ? undefined : pages.read(overflow)
    if (!part) return undefined
    const bytes = Math.min(missing, pages.usableBytes - 4)
    parts.push(part.subarray(4, 4 + bytes))
    missing -= bytes
    overflow = part.readUInt32BE(0)
  }
  return parts
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
