import { newId, YaguraError } from '@yagura/kernel'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createUser, listUsers } from './access/users.ts'
import { databaseProblem } from './database-errors.ts'
import { describeOnEachPostgres } from './testing/each-version.ts'
import { sampleTenant } from './testing/samples.ts'

describeOnEachPostgres('transactions', (postgres) => {
  test('a connection that breaks in the middle is a repeated transaction, done once', async () => {
    const database = await postgres().createDatabase()
    const store = await database.openStore()
    const tenantId = await sampleTenant(store)
    let attempts = 0
    await store.inTenant(tenantId, async (tx) => {
      attempts += 1
      await createUser(tx, { id: newId(), name: 'once', role: 'viewer', createdAt: new Date() })
      if (attempts === 1) {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
        await postgres().admin('postgres', `select pg_terminate_backend(${rows[0]?.pid})`)
      }
      await createUser(tx, { id: newId(), name: 'too', role: 'viewer', createdAt: new Date() })
    })
    expect(attempts).toBe(2)
    const users = await store.inTenant(tenantId, (tx) => listUsers(tx, { limit: 10 }))
    expect(users.items.map((user) => user.name)).toEqual(['once', 'too'])
    await store.close()
  })

  test('when it is not known whether a commit was heard, only what may be done twice is done again', async () => {
    const database = await postgres().createDatabase()
    const store = await database.openStore()
    const tenantId = await sampleTenant(store)
    // Runs while the transaction commits, after everything it does, and breaks its connection.
    await postgres().admin(
      database.name,
      `create function yagura.cut() returns trigger language plpgsql as
        $$ begin if (select count(*) from yagura.sign_in_tokens) = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$;
       create constraint trigger cut after insert on yagura.users deferrable initially deferred
        for each row when (new.name like 'cut%') execute function yagura.cut();
       alter function yagura.cut() security definer; grant execute on function yagura.cut() to public;`,
    )
    const count = async (idempotent: boolean, name: string) => {
      let attempts = 0
      const work = store.inTenant(
        tenantId,
        async (tx) => {
          attempts += 1
          const user = await createUser(tx, { id: newId(), name, role: 'viewer', createdAt: new Date() })
          if (attempts === 1)
            await sql`insert into sign_in_tokens (hash, user_id, expires_at) values ('x', ${user?.id}, now())`.execute(
              tx,
            )
        },
        { idempotent },
      )
      const outcome = await work.then(
        () => 'done',
        (thrown: YaguraError) => thrown.code,
      )
      return { attempts, outcome }
    }
    expect(await count(false, 'cut 1')).toEqual({ attempts: 1, outcome: 'DATABASE' })
    expect(await count(true, 'cut 2')).toEqual({ attempts: 2, outcome: 'done' })
    await store.close()
  })

  test('a statement that takes longer than it may is ended with a sentence', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const slow = store.inTenant(tenantId, (tx) => sql`select pg_sleep(60)`.execute(tx), { timeoutMs: 50 })
    await expect(slow).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('filter') })
    await store.close()
  })

  test('an error of the work itself is thrown as it is, and nothing is kept', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const work = store.inTenant(tenantId, async (tx) => {
      await createUser(tx, { id: newId(), name: 'nobody', role: 'viewer', createdAt: new Date() })
      throw new YaguraError('CONFLICT', 'No.')
    })
    await expect(work).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await store.inTenant(tenantId, (tx) => listUsers(tx, { limit: 10 }))).items).toEqual([])
    await store.close()
  })
})

test.each([
  [{ code: '53100', message: 'disk' }, 'UNAVAILABLE'],
  [{ code: '53300', message: 'too many connections' }, 'UNAVAILABLE'],
  [{ code: '57P01', message: 'shutdown' }, 'DATABASE'],
  [{ code: 'ECONNREFUSED', message: 'refused' }, 'DATABASE'],
  [{ code: '28P01', message: 'password' }, 'DATABASE'],
  [{ code: '57014', message: 'timeout' }, 'UNAVAILABLE'],
  [{ code: '22P02', message: 'cast' }, 'INPUT_INVALID'],
])('%j is %s', (fields, code) => {
  expect(databaseProblem(Object.assign(new Error(fields.message), fields))).toMatchObject({ code })
})
