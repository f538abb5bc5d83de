import type { CheckRun, Facet } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import type { Store, Tx } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import {
  item,
  sampleAgent,
  sampleBatch,
  sampleCheck,
  sampleCheckRun,
  sampleContainer,
  sampleTenant,
} from '../testing/samples.ts'
import { adoptBaseline, baselinesInForce, listBaselines } from './baselines.ts'
import {
  checkResultFacets,
  listCheckResults,
  listTransitions,
  matrixOf,
  readResults,
  readTrend,
  summaryOf,
} from './results.ts'

async function rig(store: Store) {
  const tenantId = await sampleTenant(store)
  const agent = await sampleAgent(store, tenantId, 'm1')
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => store.inTenant(tenantId, work)
  let seq = 0
  const start = Date.now() - 3_600_000
  async function send(run: (endedAt: string) => CheckRun) {
    seq += 1
    const items = [
      item.asset(sampleContainer('m1', 'c1')),
      item.checkRun(run(new Date(start + seq * 1000).toISOString())),
    ]
    const batch = sampleBatch(agent.agentId, '01J00000000000000000000000', seq, items)
    const options = { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null }
    await ingestBatch(store, createEventPartitions(store), agent, batch, options)
  }
  return { inTenant, send }
}

describeOnEachPostgres('compliance', (postgres) => {
  const open = async () => rig(await (await postgres().createDatabase()).openStore())
  const key = sampleContainer('m1', 'c1').key

  test('the last result of each check stays, what turned is told once, what is not named any more is gone', async () => {
    const { inTenant, send } = await open()
    const run =
      (first: 'pass' | 'fail' | 'error', more = true) =>
      (endedAt: string) =>
        sampleCheckRun(
          [sampleCheck('PG-01', first, { assetKey: key }), ...(more ? [sampleCheck('PG-02', 'fail')] : [])],
          endedAt,
        )
    await send(run('pass'))
    await send(run('error'))
    await send(run('fail', false))
    await send(run('fail', false))
    const page = await inTenant((tx) => listCheckResults(tx, { limit: 10 }, null))
    expect(page.items).toMatchObject([{ check: 'PG-01', verdict: 'fail', assetName: 'c1', title: { ja: '題名' } }])
    const { items } = await inTenant((tx) => listTransitions(tx, { limit: 10 }))
    expect(items.map(({ check, from, to }) => [check, from, to])).toEqual([
      ['PG-01', 'pass', 'fail'],
      ['PG-02', null, 'fail'],
    ])
    expect(await inTenant(readTrend)).toMatchObject([{ pass: 0, fail: 1 }])
    const filtered = await inTenant((tx) =>
      listCheckResults(tx, { limit: 10, filter: 'control contains "nist-800-190:4.4" and severity = high' }, null),
    )
    expect(filtered.total).toBe(1)
  })

  test('a section of a framework is matched whole, and facets count what the list shows', async () => {
    const { inTenant, send } = await open()
    const answering = (section: string) => ({ controls: [{ framework: 'nist-800-190' as const, section }] })
    await send((endedAt) =>
      sampleCheckRun(
        [
          sampleCheck('PG-01', 'fail', { assetKey: key, ...answering('4.4.1') }),
          sampleCheck('PG-02', 'pass', { assetKey: key, severity: 'low', ...answering('4.4.10') }),
        ],
        endedAt,
      ),
    )
    const scope = { framework: 'nist-800-190', section: '4.4.1' }
    const page = await inTenant((tx) => listCheckResults(tx, { limit: 10, ...scope }, null))
    expect(page.items.map(({ check }) => check)).toEqual(['PG-01'])
    const of = (facets: readonly Facet[], field: string) => facets.find((facet) => facet.field === field)?.values
    const all = await inTenant((tx) => checkResultFacets(tx, {}))
    expect(of(all, 'severity')).toEqual([
      { value: 'high', count: 1 },
      { value: 'low', count: 1 },
    ])
    expect(of(all, 'asset')).toEqual([{ value: 'c1', count: 2 }])
    const some = await inTenant((tx) => checkResultFacets(tx, scope))
    expect(of(some, 'verdict')).toEqual([{ value: 'fail', count: 1 }])
  })

  test('counts and the matrix are of what the baseline shows', async () => {
    const { inTenant, send } = await open()
    await send((endedAt) =>
      sampleCheckRun(
        [sampleCheck('PG-01', 'pass', { assetKey: key }), sampleCheck('PG-02', 'fail', { assetKey: key })],
        endedAt,
      ),
    )
    const results = await inTenant((tx) => readResults(tx))
    expect(summaryOf(results)).toMatchObject({
      counts: { pass: 1, fail: 1 },
      bySeverity: { high: 1 },
      frameworks: [{ pass: 1, fail: 1 }],
    })
    expect(matrixOf(results, 'nist-800-190')).toMatchObject({
      assets: [{ name: 'c1' }],
      rows: [{ section: '4.4.3', checks: 2, cells: [{ asset: 0, pass: 1, fail: 1 }] }],
    })
    expect(matrixOf(results, null).rows).toHaveLength(2)
    expect(matrixOf(results, 'cis-docker').rows).toEqual([])
  })

  test('adopting a baseline again makes a new version, and the one before stays for the record', async () => {
    const { inTenant } = await open()
    const baseline = {
      name: 'company',
      version: 1,
      extends: [],
      layer: 'company' as const,
      selector: null,
      checks: ['PG-*'],
      expected: {},
      overrides: [],
    }
    const by = { actor: 'user:ann', now: new Date() }
    await inTenant((tx) => adoptBaseline(tx, baseline, by))
    const second = await inTenant((tx) => adoptBaseline(tx, baseline, by))
    expect(second).toMatchObject({ version: 2, inForce: true, adoptedBy: 'user:ann' })
    expect((await inTenant(baselinesInForce)).map(({ version }) => version)).toEqual([2])
    expect((await inTenant((tx) => listBaselines(tx, { limit: 10 }))).total).toBe(2)
  })
})
