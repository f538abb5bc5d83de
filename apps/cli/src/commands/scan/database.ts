// Which advisory database a scan uses. One that was named must be there; the default one may be missing, which is then said.
import { existsSync } from 'node:fs'
import type { AdvisoryDatabase } from '@yagura/advisories'
import { databasePath } from '../../database-path.ts'

export async function openDatabase(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<AdvisoryDatabase | undefined> {
  const path = databasePath(named, env)
  if (named === undefined && !existsSync(path)) return undefined
  const { openAdvisoryDatabase } = await import('@yagura/advisories')
  const opened = openAdvisoryDatabase(path)
  if (opened.ok) return opened.value
  const { code } = opened.error
  if (named === undefined && (code === 'ADVISORY_DB_MISSING' || code === 'PERMISSION')) return undefined
  throw opened.error
}
