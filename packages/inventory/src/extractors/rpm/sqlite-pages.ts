// The pages of an SQLite database as they are after its write-ahead log: a writer that was not closed (an image made from a running
// system) leaves committed rows in `-wal` only (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
import type { Report } from './database.ts'

export interface SqlitePages {
  readonly pageBytes: number
  /** Of a page, without the bytes reserved at its end. */
  readonly usableBytes: number
  read(number: number): Buffer | undefined
}

const MAGIC = 'SQLite format 3\0'
const WAL_MAGIC = 0x377f0682
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** Undefined (with a report) when it is no SQLite database. */
export function pagesOf(file: Buffer, wal: Buffer | undefined, report: Report): SqlitePages | undefined {
  const log = wal && wal.length > 0 ? readLog(wal, report) : undefined
  const first = log?.pages.get(1) ?? file
  if (first.length < 100 || first.toString('latin1', 0, 16) !== MAGIC) {
    report('The file is not an SQLite database.')
    return undefined
  }
  const written = first.readUInt16BE(16)
  const pageBytes = written === 1 ? 65_536 : written
  const usableBytes = pageBytes - (first[20] ?? 0)
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
    report(`The database has pages of ${pageBytes} bytes, which cannot be.`)
    return undefined
  }
  if (log && log.pageBytes !== pageBytes)
    report('The write-ahead log has other pages than the database; it was left aside.')
  const logged = log?.pageBytes === pageBytes ? log.pages : undefined
  return {
    pageBytes,
    usableBytes,
    read(number) {
      const start = (number - 1) * pageBytes
      if (number < 1) return undefined
      const page = logged?.get(number) ?? file.subarray(start, start + pageBytes)
      return page.length === pageBytes ? page : undefined
    },
  }
}

export interface SqliteLog {
  readonly pageBytes: number
  readonly pages: ReadonlyMap<number, Buffer>
}

/** Frames up to the last commit whose checksums hold; what follows was never committed, or is left over from before a checkpoint. */
export function readLog(wal: Buffer, report: Report): SqliteLog | undefined {
  if (wal.length < WAL_HEADER_BYTES || (wal.readUInt32BE(0) & ~1) >>> 0 !== WAL_MAGIC) {
    report('The write-ahead log of the database is damaged; what only it holds is missing.')
    return undefined
  }
  const bigEndian = (wal.readUInt32BE(0) & 1) === 1
  const pageBytes = wal.readUInt32BE(8)
  let sum = checksum(wal.subarray(0, 24), [0, 0], bigEndian)
  if (pageBytes < 512 || pageBytes > 65_536 || !isSum(wal, 24, sum)) {
    report('The write-ahead log of the database is damaged; what only it holds is missing.')
    return undefined
  }
  const pages = new Map<number, Buffer>()
  const pending = new Map<number, Buffer>()
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    const page = wal.subarray(at + FRAME_HEADER_BYTES, at + frameBytes)
    if (wal.compare(wal, 16, 24, at + 8, at + 16) !== 0) break
    sum = checksum(page, checksum(wal.subarray(at, at + 8), sum, bigEndian), bigEndian)
    if (!isSum(wal, at + 16, sum)) {
      report('The write-ahead log of the database is damaged in the middle; what follows is missing.')
      break
    }
    pending.set(wal.readUInt32BE(at), page)
    // the size of the database stands in the last frame of a transaction only
    if (wal.readUInt32BE(at + 4) === 0) continue
    for (const [number, content] of pending) pages.set(number, content)
    pending.clear()
  }
  return { pageBytes, pages }
}

function isSum(wal: Buffer, at: number, sum: readonly [number, number]): boolean {
  return wal.readUInt32BE(at) === sum[0] && wal.readUInt32BE(at + 4) === sum[1]
}

function checksum(bytes: Buffer, start: readonly [number, number], bigEndian: boolean): [number, number] {
  let [first, second] = start
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    first = (first + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + second) >>> 0
    second = (second + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + first) >>> 0
  }
  return [first, second]
}
