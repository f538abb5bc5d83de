// The database that is meant where none is named.
import { dataPaths } from '@yagura/kernel'

export function databasePath(named: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return named ?? (env.YAGURA_ADVISORY_DB || dataPaths(env).server.advisories)
}
