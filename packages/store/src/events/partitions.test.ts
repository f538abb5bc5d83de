import { newId } from '@yagura/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ingestBatch } from '../ingest.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import { item, sampleAgent, sampleBatch, sampleEvent, sampleTenant } from '../testing/samples.ts'
import { listEvents } from './events.ts'
import { createEventPartitions, dropEventPartitions, listEventPartitions, partitionsToDrop } from './partitions.ts'
import { DAY_MS } from './record-events.ts'

const now = new Date('2026-11-23T12:00:00Z')
const partition = (daysAgo: number, sizeBytes: number) => {
  const from = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - daysAgo * DAY_MS)
  return { name: `events_${from.toISOString().slice(0, 10).replaceAll('-', '')}`, from, sizeBytes, rows: 0 }
}

test('retention drops the oldest days only, no more than it must, and never today', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: -2, max: 40 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 5000 }),
      (ages, days, bytes) => {
        const all = ages.sort((a, b) => b - a).map((age) => partition(age, 100 + age))
        const dropped = partitionsToDrop(all, { days, bytes }, now)
        expect(dropped).toEqual(all.slice(0, dropped.length).map((one) => one.name))
        const kept = all.slice(dropped.length)
        const size = kept.reduce((sum, one) => sum + one.sizeBytes, 0)
        const past = kept.filter((one) => one.from.getTime() <= now.getTime() - DAY_MS)
        expect(past.every((one) => now.getTime() - one.from.getTime() < (days + 1) * DAY_MS)).toBe(true)
        if (size > bytes) expect(past).toEqual([])
        const last = all[dropped.length - 1]
        if (last) {
          const isOld = now.getTime() - last.from.getTime() >= (days + 1) * DAY_MS
          expect(isOld || size + last.sizeBytes > bytes).toBe(true)
        }
      },
    ),
  )
})

describeOnEachPostgres('event partitions', (postgres) => {
  test('days are made when asked for, dropped whole, and made again for what comes late', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    const partitions = createEventPartitions(store)
    const options = { receivedAt: now, retentionDays: 14, clockSkewMs: null }
    const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString()
    const events = [0, 1, 5, 10].map((days) => item.event(sampleEvent(`d${days}`, { at: daysAgo(days) })))
    await ingestBatch(store, partitions, agent, sampleBatch(agent.agentId, newId(), 1, events), options)
    const names = async () => (await listEventPartitions(store)).map((one) => one.name)
    expect(await names()).toEqual(['events_20261113', 'events_20261118', 'events_20261122', 'events_20261123'])
    const drop = partitionsToDrop(await listEventPartitions(store), { days: 3, bytes: 1e12 }, now)
    await dropEventPartitions(store, drop)
    const left = await store.inTenant(tenantId, (tx) => listEvents(tx, { limit: 10 }))
    expect(left.items.map((event) => event.id)).toEqual(['d0', 'd1'])
    // This server still believes that the dropped days exist.
    const late = sampleBatch(agent.agentId, newId(), 2, [item.event(sampleEvent('late', { at: daysAgo(5) }))])
    expect(await ingestBatch(store, partitions, agent, late, options)).toMatchObject({ events: 1 })
    expect(await names()).toContain('events_20261118')
    await store.close()
  })
})
