// The embedded database as the server uses it: made, started or adopted, watched, stopped with the server.
import { dirname, join } from 'node:path'
import { type Logger, YaguraError } from '@yagura/kernel'
import pg from 'pg'
import { makeDirectory } from '../settings/directory.ts'
import type { Settings } from '../settings/settings.ts'
import { type ClusterPaths, DATABASE, ensureCluster, OWNER, ROLE } from './cluster.ts'
import { isAlive, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts'
import { type PostgresPrograms, postgresPrograms } from './programs.ts'

export interface EmbeddedDatabase {
  readonly connection: { readonly host: string; readonly user: string; readonly database: string }
  stop(): Promise<void>
}

/** sun_path of a unix socket holds 108 bytes; PostgreSQL adds `/.s.PGSQL.5432.lock`. */
const SOCKET_PATH_BYTES = 107
const WATCH_MS = 500

export async function startEmbedded(settings: Settings, logger: Logger): Promise<EmbeddedDatabase> {
  const paths: ClusterPaths = {
    data: settings.paths.server.postgres,
    socketDirectory: dirname(settings.paths.server.adminSocket),
  }
  if (Buffer.byteLength(join(paths.socketDirectory, '.s.PGSQL.5432')) > SOCKET_PATH_BYTES)
    throw new YaguraError('USAGE', `The path of the data directory is too long for a unix socket: ${paths.data}.`, {
      hint: 'Set YAGURA_DATA_DIR to a shorter path.',
    })
  await makeDirectory(paths.socketDirectory)
  const programs = await postgresPrograms(settings.postgresPrograms)
  await ensureCluster(programs, paths)
  const postmaster = await startPostmaster(programs, paths)
  logger.info({ pid: postmaster.pid, adopted: postmaster.adopted }, 'database is up')
  await ensureDatabase(paths)
  const stop = keepRunning(programs, paths, postmaster, logger)
  return { connection: { host: paths.socketDirectory, user: ROLE, database: DATABASE }, stop }
}

async function ensureDatabase(paths: ClusterPaths): Promise<void> {
  const client = new pg.Client({ host: paths.socketDirectory, user: OWNER, database: 'postgres' })
  await client.connect()
  try {
    const role = await client.query('select 1 from pg_roles where rolname = $1', [ROLE])
    if (role.rowCount === 0)
      await client.query(`create role ${ROLE} login nosuperuser nobypassrls nocreaterole nocreatedb`)
    const database = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (database.rowCount === 0) await client.query(`create database ${DATABASE} owner ${ROLE}`)
  } finally {
    await client.end()
  }
}

/** Starts the database again when it dies. The returned function stops it for good. */
function keepRunning(
  programs: PostgresPrograms,
  paths: ClusterPaths,
  first: Postmaster,
  logger: Logger,
): () => Promise<void> {
  let current = first
  let stopping = false
  let starting: Promise<void> | undefined
  const timer = setInterval(() => {
    if (stopping || starting || isAlive(current.pid)) return
    logger.error({ pid: current.pid }, 'the database died; starting it again')
    starting = startPostmaster(programs, paths)
      .then((postmaster) => {
        current = postmaster
        logger.info({ pid: postmaster.pid }, 'database is up again')
      })
      .catch((thrown: Error) => logger.error({ err: thrown.message }, 'the database does not start'))
      .finally(() => {
        starting = undefined
      })
  }, WATCH_MS)
  timer.unref()
  return async () => {
    stopping = true
    clearInterval(timer)
    await starting
    await stopPostmaster(current.pid)
  }
}
