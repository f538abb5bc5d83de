import { newId } from '@yagura/kernel'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createEventPartitions } from './events/partitions.ts'
import { ingestBatch } from './ingest.ts'
import { openStore } from './store.ts'
import { describeOnEachPostgres } from './testing/each-version.ts'
import { testLogger } from './testing/postgres.ts'
import {
  item,
  sampleAgent,
  sampleBatch,
  sampleContainer,
  sampleEvent,
  sampleHost,
  sampleImageReport,
  samplePackage,
  sampleTenant,
} from './testing/samples.ts'

describeOnEachPostgres('tenants are kept apart', (postgres) => {
  test('without a tenant, or with another one, no table shows or takes a row', async () => {
    const database = await postgres().createDatabase()
    const store = await database.openStore()
    const tenantId = await sampleTenant(store)
    const other = await sampleTenant(store, 'other')
    const agent = await sampleAgent(store, tenantId, 'm1')
    await ingestBatch(
      store,
      createEventPartitions(store),
      agent,
      sampleBatch(agent.agentId, newId(), 1, [
        item.asset(sampleHost('m1')),
        item.asset(sampleContainer('m1', 'c1', { image: 'app' })),
        item.image(sampleImageReport('app', [samplePackage('openssl')])),
        item.event(sampleEvent('1', { containerId: 'c1' })),
      ]),
      { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null },
    )
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      const { rows: tables } = await client.query<{ name: string; secured: boolean; forced: boolean }>(
        `select c.relname as name, relrowsecurity as secured, relforcerowsecurity as forced
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'yagura' and c.relkind in ('r', 'p') and c.relname <> 'migrations'`,
      )
      expect(tables.length).toBeGreaterThan(15)
      expect(tables.filter((table) => !table.secured || !table.forced)).toEqual([])
      const filled: string[] = []
      for (const { name } of tables) {
        expect((await client.query(`select * from yagura.${name}`)).rowCount, name).toBe(0)
        await client.query('begin')
        await client.query(`select set_config('yagura.tenant', $1, true)`, [other])
        const seen = await client.query(`select * from yagura.${name}`)
        expect(seen.rowCount, name).toBe(name === 'tenants' ? 1 : 0)
        await client.query(`select set_config('yagura.tenant', $1, true)`, [tenantId])
        if ((await client.query(`select * from yagura.${name}`)).rowCount) filled.push(name)
        await client.query('rollback')
      }
      expect(filled).toEqual(
        expect.arrayContaining(['assets', 'events', 'packages', 'images', 'agents', 'agent_batches', 'sightings']),
      )
      expect(filled.some((name) => /^events_\d{8}$/.test(name))).toBe(true)
      await client.query('begin')
      await client.query(`select set_config('yagura.tenant', $1, true)`, [other])
      await expect(
        client.query(
          `insert into yagura.users (tenant_id, id, name, role, created_at) values ($1, 'x', 'x', 'admin', now())`,
          [tenantId],
        ),
      ).rejects.toThrow(/row-level security/)
    } finally {
      await client.end()
      await store.close()
    }
  })

  test('a role that could pass by row-level security is refused with a sentence', async () => {
    const database = await postgres().createDatabase()
    await postgres().admin('postgres', `alter role ${database.name} bypassrls`)
    await expect(database.openStore()).rejects.toMatchObject({
      code: 'DATABASE',
      message: expect.stringContaining('BYPASSRLS'),
    })
    const superuser = { host: database.socketDirectory, user: 'postgres', database: database.name }
    await expect(openStore({ connection: superuser, logger: testLogger })).rejects.toMatchObject({ code: 'DATABASE' })
  })
})
