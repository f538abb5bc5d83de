// The files of the embedded database: made once, whole or not at all. Only the system user that runs the server may connect
// (peer authentication over a unix socket in a private directory): there is no password to lose and no port to reach.
// https://www.postgresql.org/docs/current/auth-peer.html
import { execFile } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { YaguraError } from '@yagura/kernel'
import { makeDirectory } from '../settings/directory.ts'
import type { PostgresPrograms } from './programs.ts'

const run = promisify(execFile)

/** Owner of the cluster, for making the database only. The server works as ROLE, which is no superuser. */
export const OWNER = 'yagura_owner'
export const ROLE = 'yagura'
export const DATABASE = 'yagura'

export interface ClusterPaths {
  readonly data: string
  readonly socketDirectory: string
}

const CONFIGURATION = `
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 40
shared_buffers = 128MB
max_wal_size = 1GB
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_size = 0
log_min_messages = warning
log_min_error_statement = panic
`

/** Makes the cluster where there is none. A cluster of another major version is refused in one sentence. */
export async function ensureCluster(programs: PostgresPrograms, paths: ClusterPaths): Promise<void> {
  const found = await readFile(join(paths.data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  const { stdout } = await run(programs.postgres, ['--version'])
  const major = /(\d+)/.exec(stdout)?.[1]
  if (found !== undefined) {
    if (found.trim() === major) return
    throw new YaguraError('DATABASE', `The database was made by PostgreSQL ${found.trim()}, this one is ${major}.`, {
      hint: 'Dump it with the older version and restore it, or start with a new YAGURA_DATA_DIR.',
    })
  }
  const unfinished = `${paths.data}.new`
  await rm(unfinished, { recursive: true, force: true })
  await makeDirectory(unfinished)
  await initialise(programs, unfinished)
  await writeFile(join(unfinished, 'pg_hba.conf'), 'local all all peer map=yagura\n', { mode: 0o600 })
  const user = userInfo().username
  await writeFile(join(unfinished, 'pg_ident.conf'), `yagura "${user}" ${ROLE}\nyagura "${user}" ${OWNER}\n`, {
    mode: 0o600,
  })
  await writeFile(join(unfinished, 'yagura.conf'), CONFIGURATION, { mode: 0o600 })
  await writeFile(join(unfinished, 'postgresql.conf'), "include 'yagura.conf'\n", { flag: 'a' })
  await rename(unfinished, paths.data)
}

async function initialise(programs: PostgresPrograms, data: string): Promise<void> {
  const args = ['-D', data, `--username=${OWNER}`, '--encoding=UTF8', '--locale=C.UTF-8', '--auth=peer']
  try {
    await run(programs.initdb, args, { env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }, timeout: 120_000 })
  } catch (cause) {
    const { stderr } = cause as { stderr?: string }
    throw new YaguraError('DATABASE', `The embedded database could not be made: ${lastLine(stderr)}`, { cause })
  }
}

function lastLine(text: string | undefined): string {
  return text?.trim().split('\n').at(-1) || 'initdb failed.'
}
