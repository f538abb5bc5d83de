import { newId } from '@yagura/kernel'
import { expect, test } from 'vitest'
import { ingestBatch } from '../ingest.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import { item, sampleAgent, sampleBatch, sampleEvent, sampleTenant } from '../testing/samples.ts'
import { arrivalsFromNow, eventsArrived, parseArrivalCursor, printArrivalCursor } from './arrivals.ts'
import { createEventPartitions } from './partitions.ts'
import { placeEvents, recordEvents } from './record-events.ts'

describeOnEachPostgres('events in the order of arrival', (postgres) => {
  async function open() {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    const partitions = createEventPartitions(store)
    await partitions.ensure([new Date()])
    return { store, tenantId, agent, partitions }
  }

  test('a reader misses nothing and sees nothing twice when a transaction that began first ends last', async () => {
    const { store, tenantId, agent } = await open()
    const other = await sampleAgent(store, tenantId, 'm2')
    const placed = (id: string) => placeEvents([sampleEvent(id)], new Date(), 14)
    const start = await store.inTenant(tenantId, arrivalsFromNow)
    const read = (cursor: typeof start) => store.inTenant(tenantId, (tx) => eventsArrived(tx, cursor, {}, 100))
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const slow = store.inTenant(tenantId, async (tx) => {
      await recordEvents(tx, placed('slow'), { ...agent, receivedAt: new Date() })
      begun.resolve()
      await held.promise
    })
    await begun.promise
    await store.inTenant(tenantId, (tx) => recordEvents(tx, placed('quick'), { ...other, receivedAt: new Date() }))
    const before = await read(start)
    expect(before.events.map(({ event }) => event.id)).toEqual(['quick'])
    held.resolve()
    await slow
    const after = await read(before.cursor)
    expect(after.events.map(({ event }) => event.id)).toEqual(['slow'])
    expect((await read(after.cursor)).events).toEqual([])
    await store.close()
  })

  test('every cursor goes on after the very event it names, and a filter does not hold it back', async () => {
    const { store, tenantId, agent, partitions } = await open()
    const start = await store.inTenant(tenantId, arrivalsFromNow)
    const boot = newId()
    const ids = Array.from({ length: 20 }, (_, index) => `1/%.${String(index).padStart(2, '0')}`)
    for (const [seq, part] of [ids.slice(0, 10), ids.slice(10)].entries())
      await ingestBatch(
        store,
        partitions,
        agent,
        sampleBatch(
          agent.agentId,
          boot,
          seq + 1,
          part.map((id) => item.event(sampleEvent(id))),
        ),
        { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null },
      )
    const readFrom = async (cursor: typeof start) => {
      const seen: { id: string; cursor: typeof start }[] = []
      for (let isDone = false; !isDone; ) {
        const page = await store.inTenant(tenantId, (tx) => eventsArrived(tx, cursor, {}, 3))
        seen.push(...page.events.map((arrived) => ({ id: arrived.event.id, cursor: arrived.cursor })))
        isDone = page.caughtUp
        cursor = page.cursor
      }
      return seen
    }
    const all = await readFrom(start)
    expect(all.map(({ id }) => id)).toEqual(ids)
    for (const [index, { cursor }] of all.entries()) {
      const sent = parseArrivalCursor(printArrivalCursor(cursor))
      expect(sent).toEqual(cursor)
      expect((await readFrom(sent ?? start)).map(({ id }) => id)).toEqual(ids.slice(index + 1))
    }
    const none = await store.inTenant(tenantId, (tx) => eventsArrived(tx, start, { filter: 'type = open' }, 3))
    expect(none).toMatchObject({ events: [], caughtUp: true })
    expect(await readFrom(none.cursor)).toEqual([])
    await store.close()
  })

  test('a cursor from another life of the database begins again now', async () => {
    const { store, tenantId } = await open()
    const stale = { since: '900000000000:900000000000:', until: null, position: null }
    const page = await store.inTenant(tenantId, (tx) => eventsArrived(tx, stale, {}, 3))
    expect(page.events).toEqual([])
    expect(page.cursor.since).not.toBe(stale.since)
    await store.close()
  })
})

test.each(['', '1', '1:2', 'x:y:z', '1:1:/2:2:', '1:1://1/01/a/b', "1:1:'--", '1:1:/1:1:/1/nope/x'])(
  'the cursor %j is not one',
  (text) => {
    expect(parseArrivalCursor(text)).toBeUndefined()
  },
)
