import pg from 'pg'
import { expect, test } from 'vitest'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import { type TestDatabase, testLogger } from '../testing/postgres.ts'
import { migrations } from './index.ts'
import { migrate } from './run.ts'

async function withClient<T>(database: TestDatabase, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: database.url, options: '-c search_path=yagura', max: 1 })
  pool.on('error', () => undefined)
  const client = await pool.connect()
  client.on('error', () => undefined)
  try {
    return await work(client)
  } finally {
    client.release(true)
    await pool.end()
  }
}

const first = { name: '1', statements: ['create table one (a int)', 'create table two (a int)'] }
const second = { name: '2', statements: ['create table three (a int)', 'create table four (a int)'] }

describeOnEachPostgres('migrations', (postgres) => {
  test('one that fails half-way leaves nothing of itself, and the next run goes on from there', async () => {
    const database = await postgres().createDatabase()
    const broken = { name: '2', statements: ['create table three (a int)', 'select 1 / 0'] }
    await withClient(database, async (client) => {
      await expect(migrate(client, testLogger, [first, broken])).rejects.toMatchObject({ code: 'DATABASE' })
      const { rows } = await client.query(
        `select to_regclass('yagura.one') as one, to_regclass('yagura.three') as three`,
      )
      expect(rows[0]).toEqual({ one: 'one', three: null })
      expect(await migrate(client, testLogger, [first, second])).toEqual(['2'])
      expect(await migrate(client, testLogger, [first, second])).toEqual([])
    })
  })

  test('one whose connection is cut in the middle is done by the next run', async () => {
    const database = await postgres().createDatabase()
    const cut = { name: '1', statements: [...first.statements, 'select pg_terminate_backend(pg_backend_pid())'] }
    await withClient(database, (client) => expect(migrate(client, testLogger, [cut])).rejects.toThrow())
    await withClient(database, async (client) => {
      expect(await migrate(client, testLogger, [first, second])).toEqual(['1', '2'])
    })
  })

  test('two servers that start at once migrate once', async () => {
    const database = await postgres().createDatabase()
    const run = () => withClient(database, (client) => migrate(client, testLogger, migrations))
    const applied = (await Promise.all([run(), run(), run()])).flat()
    expect(applied).toEqual(migrations.map((migration) => migration.name))
  })

  test('a database of a newer version is refused', async () => {
    const database = await postgres().createDatabase()
    await withClient(database, async (client) => {
      await migrate(client, testLogger, [first, second])
      await expect(migrate(client, testLogger, [first])).rejects.toMatchObject({
        message: expect.stringContaining('newer Yagura'),
      })
    })
  })
})
