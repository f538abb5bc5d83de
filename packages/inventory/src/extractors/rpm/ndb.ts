// Packages.db: rpm's own format (lib/backend/ndb/rpmpkg.c). A header, slots that say where each blob lies, and the blobs in blocks of
// 16 bytes; all numbers little-endian.
import type { Report } from './database.ts'

const MAGIC = 0x506d7052 // RpmP
const SLOT_MAGIC = 0x746f6c53 // Slot
const BLOB_MAGIC = 0x53626c42 // BlbS
const HEADER_BYTES = 32
const SLOT_BYTES = 16
const BLOCK_BYTES = 16
const BLOB_HEADER_BYTES = 16
const SLOT_PAGE_BYTES = 4096

export function* readNdb(file: Buffer, report: Report): Generator<Buffer> {
  if (file.length < HEADER_BYTES || file.readUInt32LE(0) !== MAGIC) {
    report('The file is not a package database of rpm.')
    return
  }
  if (file.readUInt32LE(4) !== 0) {
    report(`The package database has version ${file.readUInt32LE(4)}, which is not known.`)
    return
  }
  const end = file.readUInt32LE(12) * SLOT_PAGE_BYTES
  if (end > file.length) report('The package database ends inside its list of packages; the rest is missing.')
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= Math.min(end, file.length); at += SLOT_BYTES) {
    const number = file.readUInt32LE(at + 4)
    if (file.readUInt32LE(at) !== SLOT_MAGIC) {
      report('The list of packages is damaged in the middle.')
      continue
    }
    if (number === 0) continue
    const blob = blobAt(file, file.readUInt32LE(at + 8) * BLOCK_BYTES, number)
    if (blob) yield blob
    else report(`Header ${number} of the package database is damaged; its package is missing.`)
  }
}

function blobAt(file: Buffer, start: number, number: number): Buffer | undefined {
  if (start + BLOB_HEADER_BYTES > file.length) return undefined
  if (file.readUInt32LE(start) !== BLOB_MAGIC || file.readUInt32LE(start + 4) !== number) return undefined
  const bytes = file.readUInt32LE(start + 12)
  const content = start + BLOB_HEADER_BYTES
  return content + bytes <= file.length ? file.subarray(content, content + bytes) : undefined
}
