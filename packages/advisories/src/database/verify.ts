// The full check of a database file: every byte against the checksum in its header.
import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { err, ok, type Result, toYaguraError, type YaguraError } from '@yagura/kernel'
import { headBytes, invalidError } from './format.ts'
import type { AdvisoryDatabaseInfo } from './meta.ts'
import { openAdvisoryDatabase, readExactly, readHeader } from './open.ts'

const CHUNK_BYTES = 1024 * 1024

/** Errors: those of openAdvisoryDatabase, and ADVISORY_DB_INVALID where one byte differs. */
export function verifyAdvisoryDatabase(path: string): Result<AdvisoryDatabaseInfo, YaguraError> {
  const opened = openAdvisoryDatabase(path)
  if (!opened.ok) return opened
  const { info } = opened.value
  opened.value.close()
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    const header = readHeader(descriptor, path)
    const digest = createHash('sha256')
    for (let at = headBytes(header.sections.length); at < header.sizeBytes; at += CHUNK_BYTES)
      digest.update(readExactly(descriptor, at, Math.min(CHUNK_BYTES, header.sizeBytes - at), path))
    if (!digest.digest().equals(header.sha256)) throw invalidError(`${path} is damaged: its checksum does not match.`)
    return ok(info)
  } catch (error) {
    return err(toYaguraError(error))
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
