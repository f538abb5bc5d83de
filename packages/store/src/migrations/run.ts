// Brings a database to the present schema. Each migration is one transaction that also writes its name, so an interrupted
// one has left nothing and the next run goes on from there. An advisory lock lets several servers start at once.
import { type Logger, YaguraError } from '@yagura/kernel'
import type { PoolClient } from 'pg'
import { migrations as allMigrations } from './index.ts'
import type { Migration } from './migration.ts'

const LOCK = 7_440_001
export const SCHEMA = 'yagura'

/** Names of the migrations that were applied now. */
export async function migrate(
  client: PoolClient,
  logger: Logger,
  migrations: readonly Migration[] = allMigrations,
): Promise<string[]> {
  await client.query('select pg_advisory_lock($1)', [LOCK])
  try {
    await client.query(`create schema if not exists ${SCHEMA}`)
    await client.query(`create table if not exists migrations (name text primary key, applied_at timestamptz not null)`)
    const { rows } = await client.query<{ name: string }>('select name from migrations')
    const done = new Set(rows.map((row) => row.name))
    refuseNewerDatabase(done, migrations)
    const pending = migrations.filter((migration) => !done.has(migration.name))
    for (const migration of pending) {
      await apply(client, migration)
      logger.info({ migration: migration.name }, 'migration applied')
    }
    return pending.map((migration) => migration.name)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
  }
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    for (const statement of migration.statements) await client.query(statement)
    await client.query('insert into migrations (name, applied_at) values ($1, now())', [migration.name])
    await client.query('commit')
  } catch (thrown) {
    await client.query('rollback').catch(() => undefined)
    throw new YaguraError('DATABASE', `The migration ${migration.name} could not be applied; nothing of it was kept.`, {
      cause: thrown,
    })
  }
}

function refuseNewerDatabase(done: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name))
  const unknown = [...done].find((name) => !known.has(name))
  if (unknown)
    throw new YaguraError('DATABASE', `The database was made by a newer Yagura (it has the migration ${unknown}).`, {
      hint: 'Start the newer version, or restore the database of this one.',
    })
}
