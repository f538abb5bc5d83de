// What a delta carries: the description of the new database, then for each table that differs its name and its edits, one a line.
// A line of an edit is the key as JSON, and behind a tab the new value as it is stored; nothing behind the key where the record is gone.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type DatabaseMeta, decodeMeta, encodeMeta } from '../database/meta.ts'
import { TABLE_NAMES, type TableName } from '../database/tables.ts'
import { linesOf } from '../sources/shared/file.ts'
import type { Edit } from './changes.ts'

const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 } }

export interface DeltaContent {
  readonly meta: DatabaseMeta
  readonly edits: ReadonlyMap<TableName, readonly Edit[]>
}

export function encodePayload({ meta, edits }: DeltaContent): {
  readonly packed: Buffer
  readonly unpackedBytes: number
} {
  const lines: (string | Buffer)[] = [encodeMeta(meta), '\n']
  for (const [table, list] of edits) {
    lines.push(`@${table}\n`)
    for (const [key, value] of list) lines.push(JSON.stringify(key), ...(value ? ['\t', value] : []), '\n')
  }
  const unpacked = Buffer.concat(lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)))
  return { packed: zstdCompressSync(unpacked, COMPRESSION), unpackedBytes: unpacked.length }
}

/** undefined where it is not a payload: the signature held, so somebody signed nonsense. */
export function decodePayload(packed: Buffer, unpackedBytes: number): DeltaContent | undefined {
  try {
    const unpacked = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) })
    return parseLines(linesOf(unpacked))
  } catch {
    return undefined
  }
}

function parseLines(lines: Iterable<Buffer>): DeltaContent | undefined {
  let meta: DatabaseMeta | undefined
  const edits = new Map<TableName, Edit[]>()
  let current: Edit[] | undefined
  for (const line of lines) {
    if (!meta) {
      meta = decodeMeta(line)
      if (!meta) return undefined
    } else if (line[0] === 0x40) {
      const table = TABLE_NAMES.find((name) => name === line.toString('latin1', 1))
      if (!table) return undefined
      current = []
      edits.set(table, current)
    } else {
      const tab = line.indexOf(0x09)
      const key: unknown = JSON.parse(line.toString('utf8', 0, tab < 0 ? line.length : tab))
      if (!current || typeof key !== 'string' || key <= (current.at(-1)?.[0] ?? '')) return undefined
      current.push([key, tab < 0 ? null : line.subarray(tab + 1)])
    }
  }
  return meta && { meta, edits }
}
