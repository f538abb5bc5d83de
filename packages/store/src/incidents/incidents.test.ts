import { newId } from '@yagura/kernel'
import type { BatchItem, EventOf } from '@yagura/schema'
import { expect, test } from 'vitest'
import { listEvents } from '../events/events.ts'
import { createEventPartitions } from '../events/partitions.ts'
import { findFinding, listFindings } from '../findings/findings.ts'
import { ingestBatch } from '../ingest.ts'
import { readOverview } from '../overview.ts'
import type { Store, Tx } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import {
  item,
  sampleAction,
  sampleAgent,
  sampleBatch,
  sampleContainer,
  sampleEvent,
  sampleHost,
  sampleIncident,
  sampleSignal,
  sampleTenant,
} from '../testing/samples.ts'
import { commandsFor, listActions, tellAgent } from './actions.ts'
import { changeIncident, findIncident, incidentFacets, listIncidentEvents, listIncidents } from './incidents.ts'
import { listSignals } from './signals.ts'

async function rig(store: Store) {
  const tenantId = await sampleTenant(store)
  const agent = await sampleAgent(store, tenantId, 'm1')
  const container = sampleContainer('m1', 'c1')
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => store.inTenant(tenantId, work)
  let seq = 0
  async function send(...items: BatchItem[]) {
    seq += 1
    const options = { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null }
    const batch = sampleBatch(agent.agentId, '01J00000000000000000000000', seq, items)
    return ingestBatch(store, createEventPartitions(store), agent, batch, options)
  }
  await send(item.asset(sampleHost('m1')), item.asset(container), item.event(sampleEvent('1', { containerId: 'c1' })))
  return { agent, container, inTenant, send }
}
const all = { limit: 10, state: 'all' } as const

describeOnEachPostgres('incidents', (postgres) => {
  const open = async () => rig(await (await postgres().createDatabase()).openStore())

  test('a later revision replaces an earlier one, and what people decided stays', async () => {
    const { container, inTenant, send } = await open()
    const incident = sampleIncident(container.key)
    expect((await send(item.incident(incident))).incidents).toEqual([incident.id])
    await inTenant((tx) =>
      changeIncident(tx, incident.id, { owner: 'ann', note: 'mine' }, { author: 'user:ann', now: new Date() }),
    )
    const second = { ...incident, revision: 3, title: { en: 'Grown' }, steps: [...incident.steps, ...incident.steps] }
    expect((await send(item.incident(second))).incidents).toEqual([])
    await send(item.incident({ ...incident, revision: 2, title: { en: 'Late' } }))

    const found = await inTenant((tx) => findIncident(tx, incident.id))
    expect(found).toMatchObject({ title: { en: 'Grown' }, revision: 3, owner: 'ann', state: 'open' })
    expect(found?.notes).toMatchObject([{ author: 'user:ann', text: 'mine' }])
    expect(found?.assets).toMatchObject([{ name: 'c1' }])
    const { items } = await inTenant((tx) =>
      listIncidents(tx, { ...all, filter: 'owner = ann and tactic contains execution' }),
    )
    expect(items).toMatchObject([{ id: incident.id, stepCount: 2, tactics: ['execution'] }])
  })

  test('a verdict closes; new steps open it again unless it was a false alarm', async () => {
    const { container, inTenant, send } = await open()
    const [real, wrong] = [sampleIncident(container.key), sampleIncident(container.key)]
    await send(item.incident(real), item.incident(wrong))
    const by = { author: 'user:ann', now: new Date() }
    await inTenant((tx) => changeIncident(tx, real.id, { verdict: 'true-attack' }, by))
    await inTenant((tx) => changeIncident(tx, wrong.id, { verdict: 'false-alarm' }, by))
    expect((await inTenant((tx) => listIncidents(tx, { ...all, state: 'open' }))).items).toEqual([])
    const grown = (one: typeof real) => item.incident({ ...one, revision: 2, steps: [...one.steps, ...one.steps] })
    await send(grown(real), grown(wrong))
    const { items } = await inTenant((tx) => listIncidents(tx, { ...all, state: 'open' }))
    expect(items.map(({ id }) => id)).toEqual([real.id])
  })

  test('two that turn out to be one: the other is closed and points there', async () => {
    const { container, inTenant, send } = await open()
    const [kept, merged] = [sampleIncident(container.key), sampleIncident(container.key)]
    await send(item.incident(kept), item.incident(merged))
    await send(item.incident({ ...merged, revision: 2, mergedInto: kept.id }))
    expect(await inTenant((tx) => findIncident(tx, merged.id))).toMatchObject({ state: 'closed', mergedInto: kept.id })
  })

  test('evidence: the events of the steps, the signals, the actions', async () => {
    const { container, inTenant, send } = await open()
    const incident = sampleIncident(container.key)
    const signal = sampleSignal(container.key, { chainId: incident.id })
    const action = sampleAction(incident.id)
    await send(item.incident(incident), item.signal(signal), item.signal(signal), item.action(action))
    await send(item.action({ ...action, state: 'undone' }))
    expect(await inTenant((tx) => listIncidentEvents(tx, incident.id))).toMatchObject({
      total: 1,
      items: [{ id: '1' }],
    })
    const signals = await inTenant((tx) => listSignals(tx, { limit: 10, filter: 'grade = strong and exe endswith sh' }))
    expect(signals.items).toMatchObject([{ id: signal.id, assetName: 'c1' }])
    expect((await inTenant((tx) => listActions(tx, { limit: 10 }))).items).toMatchObject([{ state: 'undone' }])
    expect(await inTenant((tx) => findIncident(tx, incident.id))).toMatchObject({ actions: [{ id: action.id }] })
  })

  test('an agent cannot blame another machine, nor change the incident of another agent', async () => {
    const { container, inTenant, send } = await open()
    const incident = sampleIncident(container.key)
    await send(item.incident(incident))
    await expect(send(item.incident(sampleIncident('host:m2')))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(send(item.signal(sampleSignal('container:m2/containerd/x')))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await inTenant((tx) => tx.updateTable('incidents').set({ agent_id: newId() }).execute())
    await send(item.incident({ ...incident, revision: 9, title: { en: 'Stolen' } }))
    expect((await inTenant((tx) => findIncident(tx, incident.id)))?.title.en).not.toBe('Stolen')
  })

  test('a medium observation is one finding, seen again', async () => {
    const { container, inTenant, send } = await open()
    const {
      id: signalId,
      assetKey,
      rule,
      at,
      severity,
      sentence,
      technique,
      tactic,
      eventIds,
      process,
    } = sampleSignal(container.key, { grade: 'medium', severity: 'medium' })
    const finding = { signalId, assetKey, rule, at, severity, sentence, technique, tactic, eventIds, process }
    await send(item.finding(finding), item.finding(finding))
    await send(item.finding(finding))
    const { items } = await inTenant((tx) => listFindings(tx, { limit: 10, kind: 'runtime' }))
    expect(items).toHaveLength(1)
    const found = await inTenant((tx) => findFinding(tx, items[0]?.id ?? ''))
    expect(found).toMatchObject({ runtime: { rule }, assetName: 'c1', severity: 'medium' })
  })

  test('the overview names incidents first, the worst that nobody has before the others', async () => {
    const { container, inTenant, send } = await open()
    const [owned, free, mild, closed] = [
      sampleIncident(container.key),
      sampleIncident(container.key),
      sampleIncident(container.key, { severity: 'medium' }),
      sampleIncident(container.key),
    ]
    await send(...[owned, free, mild, closed].map(item.incident))
    const by = { author: 'user:ann', now: new Date() }
    await inTenant((tx) => changeIncident(tx, owned.id, { owner: 'ann', state: 'acknowledged' }, by))
    await inTenant((tx) => changeIncident(tx, closed.id, { verdict: 'benign-expected' }, by))
    const overview = await inTenant((tx) => readOverview(tx, new Date()))
    expect(overview.incidents).toMatchObject({ open: 3, unowned: 2, bySeverity: { critical: 2, medium: 1 } })
    expect(overview.queue.slice(0, 3).map(({ kind, id }) => [kind, id])).toEqual([
      ['incident', free.id],
      ['incident', owned.id],
      ['incident', mild.id],
    ])
    expect(overview.queue[0]).toMatchObject({ titles: free.title, subject: 'c1', count: 1 })
    const facets = await inTenant((tx) => incidentFacets(tx, { state: 'open' }))
    expect(facets.find(({ field }) => field === 'severity')?.values).toEqual([
      { value: 'critical', count: 2 },
      { value: 'medium', count: 1 },
    ])
    const all = await inTenant((tx) => incidentFacets(tx, { state: 'all', filter: 'verdict = benign-expected' }))
    expect(all.find(({ field }) => field === 'state')?.values).toEqual([{ value: 'closed', count: 1 }])
  })

  test('events of every kind are found by what they say', async () => {
    const { inTenant, send } = await open()
    const {
      type: _type,
      args: _args,
      argsTruncated: _cut,
      cwd: _cwd,
      ...base
    } = sampleEvent('9', {
      containerId: 'c1',
    }) as EventOf<'exec'>
    const file = { inode: '7', device: 1, layer: 'upper', result: 0 } as const
    const target = { targetPid: 4, targetExe: '/bin/victim', targetContainerId: null, result: -1 }
    await send(
      item.event({ ...base, id: 'rename', type: 'rename', ...file, path: '/tmp/a', newPath: '/usr/bin/ls' }),
      item.event({ ...base, id: 'trace', type: 'trace', ...target, action: 'write', call: 'process_vm_writev' }),
      item.event({ ...base, id: 'capability', type: 'capability', capability: 'CAP_SYS_ADMIN', allowed: true }),
    )
    const found = async (filter: string) =>
      (await inTenant((tx) => listEvents(tx, { limit: 10, filter }))).items.map(({ id }) => id)
    expect(await found('newPath startswith /usr and layer = upper')).toEqual(['rename'])
    expect(await found('action = write and targetExe endswith victim and result < 0')).toEqual(['trace'])
    expect(await found('call contains vm_write and targetPid = 4')).toEqual(['trace'])
    expect(await found('capability = CAP_SYS_ADMIN')).toEqual(['capability'])
    expect(await found(`startNs = "${base.startNs}" and pid = ${base.pid} and type in (rename, trace)`)).toHaveLength(2)
  })

  test('commands wait for their agent until it has them', async () => {
    const { agent, inTenant } = await open()
    const now = new Date()
    await inTenant((tx) =>
      tellAgent(tx, agent.agentId, { command: 'undo', actionId: newId(), decidedBy: 'user:ann' }, now),
    )
    const [first] = await inTenant((tx) => commandsFor(tx, agent.agentId, [], now))
    expect(first).toMatchObject({ command: 'undo' })
    expect(await inTenant((tx) => commandsFor(tx, newId(), [], now))).toEqual([])
    expect(await inTenant((tx) => commandsFor(tx, agent.agentId, [], new Date(now.getTime() + 86_400_000)))).toEqual([])
    expect(await inTenant((tx) => commandsFor(tx, agent.agentId, [first?.id ?? ''], now))).toEqual([])
  })
})
