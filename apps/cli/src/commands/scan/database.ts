// Which advisory database a scan uses. One that was named must be there; the default one may be missing, which is then said.
import { type AdvisoryDatabase, openAdvisoryDatabase } from '@yagura/advisories'
import { databasePath } from '../../database-path.ts'

export function openDatabase(named: string | undefined, env: NodeJS.ProcessEnv): AdvisoryDatabase | undefined {
  const opened = openAdvisoryDatabase(databasePath(named, env))
  if (opened.ok) return opened.value
  const { code } = opened.error
  if (named === undefined && (code === 'ADVISORY_DB_MISSING' || code === 'PERMISSION')) return undefined
  throw opened.error
}
