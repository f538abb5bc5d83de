// Opens the database file without loading it: what is resident is two indexes outside of the heap; blocks are read when asked for.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import type { Severity } from '@yagura/schema/severities'
import type { Advisory } from '../advisory.ts'
import { createBlockReader, type Locator } from './blocks.ts'
import { findCveSeverity } from './cve-severities.ts'
import { decodeHeader, FORMAT_VERSION, HEAD_BYTES, type Header, invalidError } from './format.ts'
import { type AdvisoryDatabaseInfo, decodeMeta } from './meta.ts'
import { findInPackageIndex } from './package-index.ts'
import { decodeDetail, decodePackage } from './records.ts'

export interface AdvisoryDatabase {
  readonly info: AdvisoryDatabaseInfo
  /** Advisories of one package, in order of their ids within a source. Throws ADVISORY_DB_INVALID where the file is damaged. */
  lookup(ecosystem: string, packageName: string): readonly Advisory[]
  /** Whether anything at all is known about an ecosystem, such as `Debian:11`. */
  covers(ecosystem: string): boolean
  /** The worst that any source says of a CVE; `unknown` where none does. */
  severityOf(cve: string): Severity
  close(): void
}

const PACKAGE_CACHE_BYTES = 8 * 1024 * 1024
const DETAIL_CACHE_BYTES = 4 * 1024 * 1024

/** Errors: ADVISORY_DB_MISSING, ADVISORY_DB_VERSION, ADVISORY_DB_INVALID, PERMISSION. */
export function openAdvisoryDatabase(path: string): Result<AdvisoryDatabase, YaguraError> {
  let descriptor: number
  try {
    // O_NONBLOCK: a FIFO in its place must not make us wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return err(openError(error, path))
  }
  try {
    return ok(createDatabase(descriptor, path))
  } catch (error) {
    closeSync(descriptor)
    return err(toYaguraError(error))
  }
}

function createDatabase(descriptor: number, path: string): AdvisoryDatabase {
  const header = readHeader(descriptor, path)
  const section = (name: string) => {
    const found = header.sections.find((item) => item.name === name)
    if (!found) throw invalidError(`${path} has no section ${name}.`)
    return found
  }
  const resident = (name: string) => {
    const { offsetBytes, lengthBytes, crc32: expected } = section(name)
    const bytes = readExactly(descriptor, offsetBytes, lengthBytes, path)
    if (crc32(bytes) !== expected) throw invalidError(`${path} is damaged in its section ${name}.`)
    return bytes
  }
  const blocks = (name: string, cacheBytes: number) => {
    const { offsetBytes, lengthBytes } = section(name)
    const readAt = (offset: number, length: number) => {
      if (offset + length > lengthBytes) throw invalidError(`${path} has a damaged block.`)
      return readExactly(descriptor, offsetBytes + offset, length, path)
    }
    return createBlockReader(readAt, cacheBytes, path)
  }

  const meta = decodeMeta(resident('meta'))
  if (!meta) throw invalidError(`${path} does not say what it holds.`)
  const ecosystems = new Set(meta.ecosystems)
  const index = resident('package-index')
  const severities = resident('cve-severities')
  const packages = blocks('packages', PACKAGE_CACHE_BYTES)
  const details = blocks('details', DETAIL_CACHE_BYTES)
  const detailAt = (locator: Locator) => details.read(locator, decodeDetail)

  return {
    info: {
      formatVersion: FORMAT_VERSION,
      builtAt: new Date(header.builtAtMs).toISOString(),
      sha256: header.sha256.toString('hex'),
      sizeBytes: header.sizeBytes,
      sources: meta.sources,
    },
    lookup(ecosystem, packageName) {
      for (const locator of findInPackageIndex(index, ecosystem, packageName)) {
        const found = packages.read(locator, (record) => decodePackage(record, detailAt))
        if (found.ecosystem === ecosystem && found.packageName === packageName) return found.advisories
      }
      return []
    },
    covers: (ecosystem) => ecosystems.has(ecosystem),
    severityOf: (cve) => findCveSeverity(severities, cve),
    close: () => closeSync(descriptor),
  }
}

export function readHeader(descriptor: number, path: string): Header {
  const stats = fstatSync(descriptor)
  if (!stats.isFile()) throw invalidError(`${path} is not a file.`)
  const head = readExactly(descriptor, 0, Math.min(HEAD_BYTES, stats.size), path)
  const header = decodeHeader(head, stats.size, path)
  if (!header.ok) throw header.error
  return header.value
}

export function readExactly(descriptor: number, position: number, lengthBytes: number, path: string): Buffer {
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
