import { newId } from '@yagura/kernel'
import { incidentReport } from '@yagura/schema'
import { expect, test } from 'vitest'
import { markSilentAgents } from '../agents/silence.ts'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import type { Tx } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import { item, sampleAgent, sampleBatch, sampleHost, sampleIncident, sampleTenant } from '../testing/samples.ts'
import { changeIncident, findIncident, listIncidents } from './incidents.ts'
import { noteGoodbye } from './silence.ts'

const MINUTE_MS = 60_000

describeOnEachPostgres('silence', (postgres) => {
  async function rig() {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    const inTenant = <T>(work: (tx: Tx) => Promise<T>) => store.inTenant(tenantId, work)
    let nowMs = Date.now()
    return {
      agent,
      inTenant,
      speaks: (...items: Parameters<typeof sampleBatch>[3]) =>
        ingestBatch(store, createEventPartitions(store), agent, sampleBatch(agent.agentId, newId(), 1, items), {
          receivedAt: new Date(nowMs),
          retentionDays: 14,
          clockSkewMs: null,
        }),
      saysGoodbye: () => inTenant((tx) => noteGoodbye(tx, agent.agentId, new Date(nowMs))),
      async staysSilent() {
        nowMs += 2 * MINUTE_MS
        const now = new Date(nowMs)
        await inTenant((tx) => markSilentAgents(tx, new Date(nowMs - MINUTE_MS), now))
      },
      incidents: async (state: 'open' | 'all' = 'open') =>
        (await inTenant((tx) => listIncidents(tx, { limit: 10, state }))).items.filter(({ title }) =>
          title.en.endsWith('fell silent'),
        ),
    }
  }

  test('an agent that falls silent without a goodbye is one incident, which closes with a note when it is back', async () => {
    const { inTenant, speaks, staysSilent, incidents } = await rig()
    await speaks(item.asset(sampleHost('m1')))
    await staysSilent()
    await staysSilent()
    const [raised, ...others] = await incidents()
    expect(others).toEqual([])
    expect(raised).toMatchObject({ severity: 'high', state: 'open', tactics: ['defense-evasion'] })
    const id = raised?.id ?? ''
    const detail = await inTenant((tx) => findIncident(tx, id))
    expect(() => incidentReport.parse(detail)).not.toThrow()
    expect(detail?.assets).toMatchObject([{ key: 'host:m1', id: expect.any(String) }])
    expect(detail?.steps[0]?.sentence.en).toContain('did not say goodbye')

    await speaks()
    expect(await incidents()).toEqual([])
    const closed = await inTenant((tx) => findIncident(tx, id))
    expect(closed).toMatchObject({ state: 'closed', notes: [{ author: 'yagura' }] })

    await staysSilent()
    expect(await incidents('all')).toMatchObject([{ id, state: 'open', revision: 2, stepCount: 2 }])
  })

  test('after a goodbye nothing is raised, and a later start takes the goodbye back', async () => {
    const { speaks, saysGoodbye, staysSilent, incidents } = await rig()
    await speaks()
    await saysGoodbye()
    await speaks()
    await staysSilent()
    expect(await incidents('all')).toEqual([])
    await speaks()
    await staysSilent()
    expect(await incidents()).toHaveLength(1)
  })

  test('a goodbye is not believed while an incident of the node is open', async () => {
    const { inTenant, speaks, saysGoodbye, staysSilent, incidents } = await rig()
    await speaks(item.asset(sampleHost('m1')), item.incident(sampleIncident('host:m1')))
    await saysGoodbye()
    await staysSilent()
    const [raised] = await incidents()
    const detail = await inTenant((tx) => findIncident(tx, raised?.id ?? ''))
    expect(detail?.steps[0]?.sentence.en).toContain('stopped in good order')
  })

  test('what a person took on stays with that person, and what was judged is not opened again', async () => {
    const { inTenant, speaks, staysSilent, incidents } = await rig()
    await speaks()
    await staysSilent()
    const id = (await incidents())[0]?.id ?? ''
    const by = { author: 'user:ann', now: new Date() }
    await inTenant((tx) => changeIncident(tx, id, { owner: 'ann' }, by))
    await speaks()
    expect(await incidents()).toMatchObject([{ id, state: 'open', owner: 'ann' }])
    await inTenant((tx) => changeIncident(tx, id, { verdict: 'benign-expected' }, by))
    await staysSilent()
    expect((await incidents()).map((one) => one.id)).not.toContain(id)
  })
})
