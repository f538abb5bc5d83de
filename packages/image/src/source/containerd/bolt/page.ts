// Pages of a bbolt database file (go.etcd.io/bbolt, internal/common: page.go, meta.go), read-only.
import { readSync } from 'node:fs'
import { YaguraError } from '@yagura/kernel'

export const PAGE_BRANCH = 0x01
export const PAGE_LEAF = 0x02
const PAGE_META = 0x04
const MAGIC = 0xed0cdaed
const VERSION = 2
const HEADER_BYTES = 16
const ELEMENT_BYTES = 16
const MAX_PAGE_BYTES = 64 * 1024 * 1024

export interface Meta {
  readonly pageBytes: number
  readonly rootPage: bigint
  readonly transaction: bigint
}

export interface PageElement {
  readonly key: Buffer
  /** Of a leaf. */
  readonly value: Buffer
  readonly isBucket: boolean
  /** Of a branch. */
  readonly child: bigint
}

export interface Page {
  readonly kind: 'branch' | 'leaf'
  readonly elements: readonly PageElement[]
}

/** The newest of the two meta pages whose checksum holds. Throws INPUT_INVALID. */
export function readMeta(fd: number): Meta {
  const first = metaAt(fd, 0)
  const sizes = first ? [first.pageBytes] : [4096, 8192, 16384, 65536]
  const second = sizes.map((size) => metaAt(fd, size)).find((meta) => meta !== undefined)
  const newest = [first, second]
    .filter((meta) => meta !== undefined)
    .sort((a, b) => (a.transaction < b.transaction ? 1 : -1))[0]
  if (!newest) throw invalid('it has no valid meta page')
  return newest
}

function metaAt(fd: number, offset: number): Meta | undefined {
  const page = Buffer.alloc(HEADER_BYTES + 64)
  if (readSync(fd, page, 0, page.length, offset) < page.length) return undefined
  const meta = page.subarray(HEADER_BYTES)
  const pageBytes = meta.readUInt32LE(8)
  const isMeta =
    (page.readUInt16LE(8) & PAGE_META) !== 0 && meta.readUInt32LE(0) === MAGIC && meta.readUInt32LE(4) === VERSION
  if (!isMeta || fnv1a64(meta.subarray(0, 56)) !== meta.readBigUInt64LE(56)) return undefined
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined
  return { pageBytes, rootPage: meta.readBigUInt64LE(16), transaction: meta.readBigUInt64LE(48) }
}

export function readPage(fd: number, pageBytes: number, id: bigint): Page {
  const offset = Number(id) * pageBytes
  if (!Number.isSafeInteger(offset)) throw invalid('a page number is too large')
  const head = readExactly(fd, HEADER_BYTES, offset)
  if (head.readBigUInt64LE(0) !== id) throw invalid('a page is not where it should be')
  const length = (head.readUInt32LE(12) + 1) * pageBytes
  if (length > MAX_PAGE_BYTES) throw invalid('a page is too large')
  return parsePage(readExactly(fd, length, offset))
}

/** A page of the file, or the page inside the value of a small bucket. */
export function parsePage(bytes: Buffer): Page {
  if (bytes.length < HEADER_BYTES) throw invalid('a page is cut short')
  const flags = bytes.readUInt16LE(8)
  const count = bytes.readUInt16LE(10)
  if (flags !== PAGE_BRANCH && flags !== PAGE_LEAF) throw invalid('a page is of an unknown kind')
  if (HEADER_BYTES + count * ELEMENT_BYTES > bytes.length) throw invalid('a page holds more elements than fit')
  const kind = flags === PAGE_LEAF ? 'leaf' : 'branch'
  const elements = Array.from({ length: count }, (_, at) =>
    parseElement(bytes, HEADER_BYTES + at * ELEMENT_BYTES, kind),
  )
  return { kind, elements }
}

function parseElement(bytes: Buffer, at: number, kind: Page['kind']): PageElement {
  if (kind === 'branch') {
    const key = slice(bytes, at + bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4))
    return { key, value: Buffer.alloc(0), isBucket: false, child: bytes.readBigUInt64LE(at + 8) }
  }
  const start = at + bytes.readUInt32LE(at + 4)
  const keyBytes = bytes.readUInt32LE(at + 8)
  return {
    key: slice(bytes, start, keyBytes),
    value: slice(bytes, start + keyBytes, bytes.readUInt32LE(at + 12)),
    isBucket: (bytes.readUInt32LE(at) & 1) !== 0,
    child: 0n,
  }
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw invalid('an element lies outside its page')
  return bytes.subarray(start, start + length)
}

function readExactly(fd: number, length: number, offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  if (readSync(fd, bytes, 0, length, offset) !== length) throw invalid('a page lies behind the end of the file')
  return bytes
}

/** FNV-1a, 64 bit. */
function fnv1a64(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}

export function invalid(why: string): YaguraError {
  return new YaguraError('INPUT_INVALID', `The database is damaged: ${why}.`)
}
