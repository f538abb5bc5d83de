// The full check of a database file: every byte against the checksum of its section, and all that is said against the sha256.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { err, ok, type Result, toYaguraError, type YaguraError } from '@yagura/kernel'
import { type DatabaseFile, openDatabaseFile } from './file.ts'
import { headBytes, invalidError } from './format.ts'
import { type AdvisoryDatabaseInfo, encodeMeta } from './meta.ts'
import { TABLE_NAMES } from './tables.ts'
import { contentDigest } from './write.ts'

/** Errors: those of openAdvisoryDatabase, and ADVISORY_DB_INVALID where one byte differs. */
export function verifyAdvisoryDatabase(path: string): Result<AdvisoryDatabaseInfo, YaguraError> {
  const opened = openDatabaseFile(path)
  if (!opened.ok) return opened
  const file = opened.value
  try {
    checkBytes(file)
    checkContent(file)
    return ok(file.info)
  } catch (error) {
    return err(toYaguraError(error))
  } finally {
    file.close()
  }
}

function checkBytes(file: DatabaseFile): void {
  let end = headBytes(file.header.sections.length)
  for (const section of file.header.sections) {
    let checksum = 0
    for (const chunk of file.readChunks(section.offsetBytes, section.lengthBytes)) checksum = crc32(chunk, checksum)
    if (checksum !== section.crc32 || section.offsetBytes !== end)
      throw invalidError(`${file.path} is damaged: the checksum of its section ${section.name} does not match.`)
    end += section.lengthBytes
  }
  if (end !== file.header.sizeBytes) throw invalidError(`${file.path} is damaged: it holds bytes of no section.`)
}

function checkContent(file: DatabaseFile): void {
  const names = TABLE_NAMES.filter((name) => file.header.sections.some((section) => section.name === name))
  const tables = names.map((name) => {
    const digest = createHash('sha256')
    for (const { unpacked } of file.tables[name].blocks()) digest.update(unpacked)
    return { name, digest: digest.digest() }
  })
  if (!contentDigest(encodeMeta(file.meta), tables).equals(file.header.sha256))
    throw invalidError(`${file.path} is damaged: its sha256 does not match.`)
}
