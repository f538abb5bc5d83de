// Says what a database holds; `verify` reads all of it before.
import { openAdvisoryDatabase, verifyAdvisoryDatabase } from '@yagura/advisories'
import { escapeForTerminal, unwrap } from '@yagura/kernel'
import { databasePath } from '../../database-path.ts'
import { describe } from './describe.ts'

export function info(file: string | undefined, asJson: boolean): void {
  const path = databasePath(file)
  const database = unwrap(openAdvisoryDatabase(path))
  database.close()
  process.stdout.write(asJson ? `${JSON.stringify(database.info, null, 2)}\n` : describe(path, database.info))
}

export function verify(file: string | undefined): void {
  const path = databasePath(file)
  const { sha256 } = unwrap(verifyAdvisoryDatabase(path))
  process.stdout.write(`${escapeForTerminal(path)} is whole: sha256 ${sha256}.\n`)
}
