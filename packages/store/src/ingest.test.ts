import { newId } from '@yagura/kernel'
import type { Batch, BatchItem } from '@yagura/schema'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { revokeAgent } from './agents/enrolment.ts'
import { markSilentAgents } from './agents/silence.ts'
import { listEvents } from './events/events.ts'
import { createEventPartitions } from './events/partitions.ts'
import { type BatchSender, ingestBatch } from './ingest.ts'
import { findAsset, listAssets } from './inventory/assets.ts'
import { listCoverageGaps } from './inventory/coverage-gaps.ts'
import { findImage, listPackages } from './inventory/images.ts'
import type { Store } from './store.ts'
import { describeOnEachPostgres } from './testing/each-version.ts'
import {
  digestOf,
  item,
  sampleAgent,
  sampleBatch,
  sampleContainer,
  sampleEvent,
  sampleHost,
  sampleImageAsset,
  sampleImageReport,
  samplePackage,
  sampleTenant,
} from './testing/samples.ts'

const MINUTE = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString()

describeOnEachPostgres('ingestion', (postgres) => {
  async function open() {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const partitions = createEventPartitions(store)
    const send = (from: BatchSender, batch: Batch, receivedAt = new Date()) =>
      ingestBatch(store, partitions, from, batch, { receivedAt, retentionDays: 14, clockSkewMs: null })
    return { store, tenantId, send }
  }

  function eventIds(store: Store, tenantId: string) {
    return store.inTenant(tenantId, async (tx) => {
      const page = await listEvents(tx, { limit: 500 })
      return page.items.map((event) => event.id).sort()
    })
  }

  function assetStates(store: Store, tenantId: string) {
    return store.inTenant(tenantId, async (tx) => {
      const page = await listAssets(tx, { limit: 100, state: 'all' })
      return Object.fromEntries(page.items.map((asset) => [asset.name, asset.state]))
    })
  }

  test('batches replayed, reordered and sent at the same time: every event once, every count right', async () => {
    const { store, tenantId, send } = await open()
    let machine = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { minLength: 4, maxLength: 12 }),
        async (batches, order) => {
          machine += 1
          const agent = await sampleAgent(store, tenantId, `m${machine}`)
          const boot = newId()
          const at = new Date().toISOString()
          const made = batches.map((ids, index) =>
            sampleBatch(
              agent.agentId,
              boot,
              index + 1,
              ids.map((id) => item.event(sampleEvent(`${machine}.0.${id}`, { at }))),
            ),
          )
          const replays = order.map((pick) => made[pick % made.length] as Batch)
          const results = await Promise.all([...replays, ...made].map((batch) => send(agent, batch)))
          const wanted = [...new Set(batches.flat().map((id) => `${machine}.0.${id}`))].sort()
          const stored = (await eventIds(store, tenantId)).filter((id) => id.startsWith(`${machine}.`))
          expect(stored).toEqual(wanted)
          expect(results.filter((result) => !result.duplicate)).toHaveLength(made.length)
          expect(results.reduce((sum, result) => sum + result.events, 0)).toBe(wanted.length)
          const { rows } = await store.inTenant(tenantId, (tx) =>
            sql<{ events: number }>`select coalesce(sum(events), 0)::bigint as events from event_minutes
              where agent_id = ${agent.agentId}`.execute(tx),
          )
          expect(rows[0]?.events).toBe(wanted.length)
        },
      ),
      { numRuns: 12 },
    )
    await store.close()
  })

  test('what was observed later wins, in whatever order it arrives', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const boot = newId()
    const running = sampleContainer('m1', 'c1', { observedAt: ago(5) })
    const stopped = sampleContainer('m1', 'c1', { observedAt: ago(3), state: 'stopped' })
    await send(agent, sampleBatch(agent.agentId, boot, 2, [item.asset(stopped)]))
    await send(agent, sampleBatch(agent.agentId, boot, 1, [item.asset(running), item.asset(sampleHost('m1', ago(5)))]))
    expect(await assetStates(store, tenantId)).toEqual({ c1: 'stopped', 'host-m1': 'running' })
    await send(agent, sampleBatch(agent.agentId, boot, 4, [item.inventory([], ago(1))]))
    await send(agent, sampleBatch(agent.agentId, boot, 3, [item.inventory([stopped.key], ago(2))]))
    expect(await assetStates(store, tenantId)).toEqual({ c1: 'gone', 'host-m1': 'running' })
    const future = new Date(Date.now() + 86_400_000).toISOString()
    await send(agent, sampleBatch(agent.agentId, boot, 5, [item.asset({ ...running, observedAt: future })]))
    await send(
      agent,
      sampleBatch(agent.agentId, boot, 6, [item.asset({ ...stopped, observedAt: new Date().toISOString() })]),
    )
    expect(await assetStates(store, tenantId)).toMatchObject({ c1: 'stopped' })
    await store.close()
  })

  test('an image is gone when the last node that had it says so', async () => {
    const { store, tenantId, send } = await open()
    const [one, two] = [await sampleAgent(store, tenantId, 'm1'), await sampleAgent(store, tenantId, 'm2')]
    const image = sampleImageAsset('app', ago(5))
    await send(one, sampleBatch(one.agentId, newId(), 1, [item.asset(image)]))
    const answer = await send(two, sampleBatch(two.agentId, newId(), 1, [item.asset(image)]))
    expect(answer.wantImages).toEqual([digestOf('app')])
    await send(one, sampleBatch(one.agentId, newId(), 1, [item.inventory([])]))
    expect(await assetStates(store, tenantId)).toEqual({ app: 'present' })
    await send(two, sampleBatch(two.agentId, newId(), 1, [item.inventory([])]))
    expect(await assetStates(store, tenantId)).toEqual({ app: 'gone' })
    await store.close()
  })

  test('while a runtime cannot be read, its containers and all images stay, and those of the others go', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const boot = newId()
    const assets = [sampleContainer('m1', 'c1', { observedAt: ago(5) }), sampleImageAsset('app', ago(5))]
    await send(agent, sampleBatch(agent.agentId, boot, 1, assets.map(item.asset)))
    await send(agent, sampleBatch(agent.agentId, boot, 2, [item.inventory([], ago(3), ['containerd'])]))
    expect(await assetStates(store, tenantId)).toEqual({ c1: 'running', app: 'present' })
    await send(agent, sampleBatch(agent.agentId, boot, 3, [item.inventory([], ago(2), ['docker'])]))
    expect(await assetStates(store, tenantId)).toEqual({ c1: 'gone', app: 'present' })
    await send(agent, sampleBatch(agent.agentId, boot, 4, [item.inventory([], ago(1))]))
    expect(await assetStates(store, tenantId)).toEqual({ c1: 'gone', app: 'gone' })
    await store.close()
  })

  test('assets find their parents and events their container, whichever came first', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const boot = newId()
    const events = [
      sampleEvent('1', { containerId: 'c1' }),
      sampleEvent('2'),
      sampleEvent('3', { containerId: 'other' }),
    ]
    await send(agent, sampleBatch(agent.agentId, boot, 1, events.map(item.event)))
    await send(agent, sampleBatch(agent.agentId, boot, 2, [item.asset(sampleContainer('m1', 'c1', { image: 'app' }))]))
    await send(
      agent,
      sampleBatch(agent.agentId, boot, 3, [
        item.asset(sampleHost('m1')),
        item.asset(sampleImageAsset('app')),
        item.event(sampleEvent('4')),
      ]),
    )
    await store.inTenant(tenantId, async (tx) => {
      const assets = await listAssets(tx, { limit: 10, state: 'live' })
      const byName = new Map(assets.items.map((asset) => [asset.name, asset]))
      const container = await findAsset(tx, byName.get('c1')?.id ?? '')
      expect(container?.path.map((above) => above.name)).toEqual(['host-m1'])
      expect(container?.imageId).toBe(byName.get('app')?.id)
      const stored = await listEvents(tx, { limit: 10 })
      const placed = Object.fromEntries(stored.items.map((event) => [event.id, event.assetName]))
      expect(placed).toEqual({ 1: 'c1', 2: '', 3: 'other', 4: 'host-m1' })
      const ofImage = await listEvents(tx, { limit: 10, asset: byName.get('app')?.id })
      expect(ofImage.items.map((event) => event.id)).toEqual(['1'])
    })
    await store.close()
  })

  test('an event whose time cannot be true is kept by its arrival and says what it said', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const times = ['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z', ago(60 * 24)]
    const events = times.map((at, index) => item.event(sampleEvent(String(index), { at })))
    expect(await send(agent, sampleBatch(agent.agentId, newId(), 1, events))).toMatchObject({ events: 3 })
    const page = await store.inTenant(tenantId, (tx) => listEvents(tx, { limit: 10, from: ago(5) }))
    expect(page.items.map((event) => event.at).sort()).toEqual([times[0], times[1]])
    await store.close()
  })

  test('a new report of an image replaces its packages and keeps the ids of those that stay', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const report = (minutes: number, names: string[]) =>
      item.image(
        sampleImageReport(
          'app',
          names.map((name) => samplePackage(name)),
          ago(minutes),
        ),
      )
    const packages = () =>
      store.inTenant(tenantId, async (tx) => {
        const page = await listPackages(tx, { limit: 10 })
        return Object.fromEntries(page.items.map((one) => [one.name, one.id]))
      })
    await send(agent, sampleBatch(agent.agentId, newId(), 1, [report(3, ['a', 'b'])]))
    const before = await packages()
    const answer = await send(agent, sampleBatch(agent.agentId, newId(), 1, [report(2, ['b', 'c'])]))
    expect(answer).toMatchObject({ images: 1, wantImages: [] })
    expect(await packages()).toEqual({ b: before.b, c: expect.any(String) })
    expect(await send(agent, sampleBatch(agent.agentId, newId(), 1, [report(4, ['old'])]))).toMatchObject({ images: 0 })
    const image = await store.inTenant(tenantId, async (tx) => {
      const [asset] = (await listAssets(tx, { limit: 1, state: 'live', kind: 'image' })).items
      return findImage(tx, asset?.id ?? '')
    })
    expect(image).toMatchObject({ packages: 2, image: { layers: [{ createdBy: 'RUN apt-get install' }] } })
    await store.close()
  })

  test('an agent whose extractors have learnt something is asked for the images that it described before', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const batch = (seq: number, items: BatchItem[]) => sampleBatch(agent.agentId, newId(), seq, items)
    const health = (extractorVersion: number): BatchItem => ({
      item: 'health',
      health: {
        ...{ at: new Date().toISOString(), agentVersion: '1', extractorVersion, sensorMode: 'off', sensorReason: null },
        ...{ hooks: [], eventsRead: 0, eventsLost: 0, spoolBytes: 0, spoolDroppedBatches: 0, memoryBytes: 0, cpuMs: 0 },
      },
    })
    const report = (extractorVersion: number) => item.image({ ...sampleImageReport('app', []), extractorVersion })
    const first = await send(agent, batch(1, [item.asset(sampleImageAsset('app')), report(4), health(4)]))
    expect(first.wantImages).toEqual([])
    expect((await send(agent, batch(2, [health(5)]))).wantImages).toEqual([digestOf('app')])
    expect((await send(agent, batch(3, [report(5)]))).wantImages).toEqual([])
    await store.close()
  })

  test('another machine, another certificate and a revoked agent are refused, and nothing is stored', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const batch = sampleBatch(agent.agentId, newId(), 1, [item.event(sampleEvent('1'))])
    const foreign = sampleBatch(agent.agentId, newId(), 1, [item.asset(sampleContainer('m2', 'c1'))])
    await expect(send(agent, foreign)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(send({ ...agent, serial: 'other' }, batch)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(send({ ...agent, machineId: 'm2' }, batch)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await store.inTenant(tenantId, (tx) => revokeAgent(tx, agent.agentId))
    await expect(send(agent, batch)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await eventIds(store, tenantId)).toEqual([])
    await store.close()
  })

  test('a silent agent is a gap that closes when it speaks again', async () => {
    const { store, tenantId, send } = await open()
    const agent = await sampleAgent(store, tenantId, 'm1')
    const gaps = (state: 'open' | 'all') =>
      store.inTenant(tenantId, async (tx) => (await listCoverageGaps(tx, { limit: 10, state })).items)
    const later = new Date(Date.now() + MINUTE)
    expect(await store.inTenant(tenantId, (tx) => markSilentAgents(tx, later, later))).toBe(1)
    expect(await store.inTenant(tenantId, (tx) => markSilentAgents(tx, later, later))).toBe(0)
    expect(await gaps('open')).toMatchObject([{ code: 'AGENT_SILENT', scope: 'host:m1', agentId: agent.agentId }])
    await send(agent, sampleBatch(agent.agentId, newId(), 1, []), new Date(later.getTime() + 1))
    expect(await gaps('open')).toEqual([])
    expect(await gaps('all')).toMatchObject([{ resolvedAt: expect.any(String) }])
    await store.close()
  })
})
