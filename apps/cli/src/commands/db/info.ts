// Says what a database holds; `verify` reads all of it before.
import { openAdvisoryDatabase, verifyAdvisoryDatabase } from '@yagura/advisories'
import { escapeForTerminal, unwrap } from '@yagura/kernel'
import { databasePath } from '../../database-path.ts'
import { describe, infoJson } from './describe.ts'
import type { Format } from './index.ts'

export function info(file: string | undefined, format: Format): void {
  const path = databasePath(file)
  const database = unwrap(openAdvisoryDatabase(path))
  database.close()
  const nowMs = Date.now()
  process.stdout.write(format === 'json' ? infoJson(database.info, nowMs) : describe(path, database.info, nowMs))
}

export function verify(file: string | undefined, format: Format): void {
  const path = databasePath(file)
  const verified = unwrap(verifyAdvisoryDatabase(path))
  const { sha256, sizeBytes, builtAt, formatVersion } = verified
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ path, isWhole: true, sha256, sizeBytes, builtAt, formatVersion }, null, 2)}\n`
      : `${escapeForTerminal(path)} is whole: sha256 ${sha256}.\n`,
  )
}
