// The database file, opened: header, description and the indexes of its tables are resident; blocks are read when asked for.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { decodeHeader, FORMAT_VERSION, HEAD_BYTES, type Header, invalidError, type Section } from './format.ts'
import { type AdvisoryDatabaseInfo, type DatabaseMeta, decodeMeta } from './meta.ts'
import { createBlockCache, createTable, emptyTable, type Table } from './table-read.ts'
import { TABLE_NAMES, type TableName } from './tables.ts'

const CACHE_BYTES = 12 * 1024 * 1024

export interface DatabaseFile {
  readonly path: string
  readonly header: Header
  readonly meta: DatabaseMeta
  readonly info: AdvisoryDatabaseInfo
  /** Empty where the file has no such table. */
  readonly tables: Readonly<Record<TableName, Table>>
  /** Bytes of the file as they are, piece by piece; the caller compares the checksum. */
  readChunks(offsetBytes: number, lengthBytes: number): Iterable<Buffer>
  close(): void
}

/** Errors: ADVISORY_DB_MISSING, ADVISORY_DB_VERSION, ADVISORY_DB_INVALID, PERMISSION. */
export function openDatabaseFile(path: string): Result<DatabaseFile, YaguraError> {
  let descriptor: number
  try {
    // O_NONBLOCK: a FIFO in its place must not make us wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return err(openError(error, path))
  }
  try {
    return ok(createDatabaseFile(descriptor, path))
  } catch (error) {
    closeSync(descriptor)
    return err(toYaguraError(error))
  }
}

function createDatabaseFile(descriptor: number, path: string): DatabaseFile {
  const header = readHeader(descriptor, path)
  const find = (name: string) => header.sections.find((section) => section.name === name)
  const resident = ({ name, offsetBytes, lengthBytes, crc32: expected }: Section) => {
    const bytes = readExactly(descriptor, offsetBytes, lengthBytes, path)
    if (crc32(bytes) !== expected) throw invalidError(`${path} is damaged in its section ${name}.`)
    return bytes
  }
  const cache = createBlockCache(CACHE_BYTES)
  const table = (name: TableName): Table => {
    const [index, blocks] = [find(`${name}.index`), find(name)]
    if (!index && !blocks) return emptyTable
    if (!index || !blocks) throw invalidError(`${path} has half of a table ${name}.`)
    const { offsetBytes, lengthBytes } = blocks
    const readAt = (offset: number, length: number) => {
      if (offset + length > lengthBytes) throw invalidError(`${path} has a damaged block.`)
      return readExactly(descriptor, offsetBytes + offset, length, path)
    }
    return createTable({ name, index: resident(index), lengthBytes, readAt, cache, path })
  }
  const description = find('meta')
  const meta = description && decodeMeta(resident(description))
  if (!meta) throw invalidError(`${path} does not say what it holds.`)

  return {
    path,
    header,
    meta,
    info: {
      formatVersion: FORMAT_VERSION,
      builtAt: new Date(header.builtAtMs).toISOString(),
      sha256: header.sha256.toString('hex'),
      sizeBytes: header.sizeBytes,
      sources: meta.sources,
      feeds: meta.feeds,
    },
    tables: Object.fromEntries(TABLE_NAMES.map((name) => [name, table(name)])) as Record<TableName, Table>,
    *readChunks(offsetBytes, lengthBytes) {
      const chunkBytes = 1024 * 1024
      for (let at = 0; at < lengthBytes; at += chunkBytes)
        yield readExactly(descriptor, offsetBytes + at, Math.min(chunkBytes, lengthBytes - at), path)
    },
    close: () => closeSync(descriptor),
  }
}

function readHeader(descriptor: number, path: string): Header {
  const stats = fstatSync(descriptor)
  if (!stats.isFile()) throw invalidError(`${path} is not a file.`)
  const head = readExactly(descriptor, 0, Math.min(HEAD_BYTES, stats.size), path)
  const header = decodeHeader(head, stats.size, path)
  if (!header.ok) throw header.error
  return header.value
}

function readExactly(descriptor: number, position: number, lengthBytes: number, path: string): Buffer {
  const buffer = Buffer.allocUnsafeSlow(lengthBytes)
  let filled = 0
  while (filled < lengthBytes) {
    const count = readSync(descriptor, buffer, filled, lengthBytes - filled, position + filled)
    if (count === 0) throw invalidError(`${path} ends too early.`)
    filled += count
  }
  return buffer
}

function openError(error: unknown, path: string): YaguraError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new YaguraError('ADVISORY_DB_MISSING', `There is no advisory database at ${path}.`, {
      cause: error,
      hint: 'Get one with `yagura db update`, or build one from a folder of OSV archives with `yagura db build`.',
    })
  if (code === 'EACCES' || code === 'EPERM')
    return new YaguraError('PERMISSION', `${path} may not be read by this user.`, { cause: error })
  return invalidError(`${path} cannot be read.`, error)
}
