// The store: one pool of connections, and transactions that belong to one tenant. There is no other way to a table.
import { type Logger, YaguraError } from '@yagura/kernel'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { databaseProblem, isConnectionLoss, isRetryable } from './database-errors.ts'
import { migrate, SCHEMA } from './migrations/run.ts'
import type { Tables } from './tables.ts'

/** A transaction in which the tenant is set: rows of other tenants do not exist in it. */
export type Tx = Transaction<Tables>

export interface StoreOptions {
  /** `postgres://…`, or host (a socket directory), user and database. */
  readonly connection: string | { readonly host: string; readonly user: string; readonly database: string }
  readonly logger: Logger
  readonly maxConnections?: number
}

export interface TransactionOptions {
  /** Doing it twice is the same as once, so it may be repeated even when the answer to `commit` was lost. */
  readonly idempotent?: boolean
  /** Longest time for one statement; a minute where nothing is said. */
  readonly timeoutMs?: number
}

export interface Store {
  /** Runs `work` in a transaction of this tenant; repeats it when the database asks for that or the connection broke. */
  inTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  tenants(): Promise<{ id: string; name: string }[]>
  /** A connection outside of any tenant, for partitions, locks and notifications: it sees no rows. */
  withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Runs `work` while no other server does work of the same name. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>
  serverVersion(): Promise<string>
  close(): Promise<void>
}

const ATTEMPTS = 4
const STATEMENT_MS = 60_000

/** Connects, refuses a role that could pass by row-level security, and migrates. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const pool = new pg.Pool({
    ...(typeof options.connection === 'string' ? { connectionString: options.connection } : options.connection),
    max: options.maxConnections ?? 12,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'yagura',
    options: `-c search_path=${SCHEMA} -c TimeZone=UTC -c statement_timeout=${STATEMENT_MS} -c idle_in_transaction_session_timeout=60000 -c jit=off`,
    types: {
      getTypeParser: (id: number, format: 'text' | 'binary') =>
        id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
    } as pg.CustomTypesConfig,
  })
  // A connection can break while somebody holds it: the query fails, and the event must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => options.logger.warn({ err: error.message }, 'idle database connection lost'))
  try {
    await prepare(pool, options.logger)
  } catch (thrown) {
    await pool.end().catch(() => undefined)
    throw databaseProblem(thrown)
  }
  return storeOf(pool)
}

async function prepare(pool: pg.Pool, logger: Logger): Promise<void> {
  const client = await pool.connect()
  try {
    await refuseUnsafeRole(client)
    await client.query('set statement_timeout = 0')
    await migrate(client, logger)
  } finally {
    client.release(true)
  }
}

async function refuseUnsafeRole(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string; bypasses: boolean; version: number }>(
    `select rolname as name, rolsuper or rolbypassrls as bypasses, current_setting('server_version_num')::int as version
     from pg_roles where rolname = current_user`,
  )
  const role = rows[0]
  if (role?.bypasses)
    throw new YaguraError(
      'DATABASE',
      `The database role ${role.name} is a superuser or has BYPASSRLS, so tenants could not be kept apart.`,
      { hint: 'Give Yagura a role of its own: create role yagura login; create database yagura owner yagura.' },
    )
  if (role && role.version < 150_000)
    throw new YaguraError('DATABASE', 'Yagura needs PostgreSQL 15 or newer.', { hint: 'Upgrade the database server.' })
}

function storeOf(pool: pg.Pool): Store {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })

  async function attempt<T>(setting: ReturnType<typeof sql>, work: (tx: Tx) => Promise<T>, idempotent: boolean) {
    let committing = false
    const trx = await db.startTransaction().execute()
    try {
      await setting.execute(trx)
      const value = await work(trx)
      committing = true
      await trx.commit().execute()
      return value
    } catch (thrown) {
      await trx
        .rollback()
        .execute()
        .catch(() => undefined)
      const unknownOutcome = committing && isConnectionLoss(thrown) && !idempotent
      throw unknownOutcome ? databaseProblem(thrown) : thrown
    }
  }

  async function run<T>(setting: ReturnType<typeof sql>, work: (tx: Tx) => Promise<T>, idempotent: boolean) {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(setting, work, idempotent)
      } catch (thrown) {
        if (tried >= ATTEMPTS || !isRetryable(thrown)) throw databaseProblem(thrown)
        await new Promise((resolve) => setTimeout(resolve, 25 * 4 ** (tried - 1) * (0.5 + Math.random())))
      }
    }
  }

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((thrown) => {
      throw databaseProblem(thrown)
    })
    try {
      const value = await work(client)
      client.release()
      return value
    } catch (thrown) {
      client.release(true)
      throw databaseProblem(thrown)
    }
  }

  return {
    inTenant: (tenantId, work, options) =>
      run(
        sql`select set_config('yagura.tenant', ${tenantId}, true),
          set_config('statement_timeout', ${String(options?.timeoutMs ?? STATEMENT_MS)}, true)`,
        work,
        options?.idempotent ?? false,
      ),
    tenants: () =>
      run(
        sql`select set_config('yagura.system', 'on', true)`,
        (tx) => tx.selectFrom('tenants').select(['id', 'name']).orderBy('id').execute(),
        true,
      ),
    withClient,
    withLock: (name, work) =>
      withClient(async (client) => {
        await client.query('select pg_advisory_lock(hashtextextended($1, 7440))', [name])
        try {
          return await work()
        } finally {
          await client.query('select pg_advisory_unlock(hashtextextended($1, 7440))', [name])
        }
      }),
    serverVersion: () =>
      withClient(async (client) => (await client.query('show server_version')).rows[0].server_version as string),
    close: () => db.destroy(),
  }
}
