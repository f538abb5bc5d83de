// Writes the database file: its description, then an index and the blocks of every table.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { encodeHeader, headBytes, type Section } from './format.ts'
import { type DatabaseMeta, encodeMeta } from './meta.ts'
import type { PackedTable } from './table-write.ts'

export interface DatabaseBytes {
  /** The whole file, in pieces. */
  readonly pieces: readonly Buffer[]
  readonly sha256: string
  readonly sizeBytes: number
}

/** The same records give the same sha256, whatever the time and whatever release of the compressor packed them. */
export function assembleDatabase(meta: DatabaseMeta, tables: readonly PackedTable[], builtAtMs: number): DatabaseBytes {
  const description = encodeMeta(meta)
  const contents = [
    { name: 'meta', pieces: [description] },
    ...tables.flatMap(({ name, index, blocks }) => [
      { name: `${name}.index`, pieces: [index] },
      { name, pieces: blocks },
    ]),
  ]
  const sections: Section[] = []
  let offsetBytes = headBytes(contents.length)
  for (const { name, pieces } of contents) {
    let checksum = 0
    let lengthBytes = 0
    for (const piece of pieces) {
      checksum = crc32(piece, checksum)
      lengthBytes += piece.length
    }
    sections.push({ name, offsetBytes, lengthBytes, crc32: checksum })
    offsetBytes += lengthBytes
  }
  const sha256 = contentDigest(description, tables)
  const header = encodeHeader({ sizeBytes: offsetBytes, builtAtMs, sha256, sections })
  const pieces = [header, ...contents.flatMap((content) => content.pieces)]
  return { pieces, sha256: sha256.toString('hex'), sizeBytes: offsetBytes }
}

/** Of what the file says, not of how it is packed. */
export function contentDigest(
  description: Buffer,
  tables: readonly { readonly name: string; readonly digest: Buffer }[],
): Buffer {
  const digest = createHash('sha256').update(createHash('sha256').update(description).digest())
  for (const table of tables) digest.update(`${table.name}\0`).update(table.digest)
  return digest.digest()
}
