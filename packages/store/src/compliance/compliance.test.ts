import type { CheckRun, Facet } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import { readOverview } from '../overview.ts'
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
  findCheckResult,
  listCheckResults,
  listTransitions,
  readMatrix,
  readSummary,
  readTrend,
} from './results.ts'
import { refreshView, type ViewOf } from './view.ts'

async function rig(store: Store, viewOf?: ViewOf) {
  const tenantId = await sampleTenant(store)
  const agents = { m1: await sampleAgent(store, tenantId, 'm1'), m2: await sampleAgent(store, tenantId, 'm2') }
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => store.inTenant(tenantId, work)
  let seq = 0
  const start = Date.now() - 3_600_000
  async function send(run: (endedAt: string) => CheckRun, by: keyof typeof agents = 'm1') {
    seq += 1
    const agent = agents[by]
    const items = [
      item.asset(sampleContainer(by, 'c1')),
      item.checkRun(run(new Date(start + seq * 1000).toISOString())),
    ]
    const batch = sampleBatch(agent.agentId, '01J00000000000000000000000', seq, items)
    const options = { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null, ...(viewOf ? { viewOf } : {}) }
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
    const page = await inTenant((tx) => listCheckResults(tx, { limit: 10 }))
    expect(page.items).toMatchObject([{ check: 'PG-01', verdict: 'fail', assetName: 'c1', title: { ja: '題名' } }])
    const { items } = await inTenant((tx) => listTransitions(tx, { limit: 10 }))
    expect(items.map(({ check, from, to }) => [check, from, to])).toEqual([
      // PG-02 failed from the first run on: that is no news
      ['PG-01', 'pass', 'fail'],
    ])
    const { queue } = await inTenant((tx) => readOverview(tx, new Date()))
    expect(queue.map(({ kind, titles, subject }) => [kind, titles?.ja, subject])).toContainEqual([
      'drift',
      '題名',
      'c1/postgresql',
    ])
    expect(await inTenant(readTrend)).toMatchObject([{ pass: 0, fail: 1 }])
    const filtered = await inTenant((tx) =>
      listCheckResults(tx, { limit: 10, filter: 'control contains "nist-800-190:4.4" and severity = high' }),
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
    const page = await inTenant((tx) => listCheckResults(tx, { limit: 10, ...scope }))
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
    expect(await inTenant(readSummary)).toMatchObject({
      baseline: null,
      counts: { pass: 1, fail: 1 },
      bySeverity: { high: 1 },
      frameworks: [{ pass: 1, fail: 1 }],
    })
    expect(await inTenant((tx) => readMatrix(tx, 'nist-800-190'))).toMatchObject({
      assets: [{ name: 'c1' }],
      rows: [{ section: '4.4.3', checks: 2, cells: [{ asset: 0, pass: 1, fail: 1 }] }],
    })
    expect((await inTenant((tx) => readMatrix(tx, null))).rows).toHaveLength(2)
    expect((await inTenant((tx) => readMatrix(tx, 'cis-docker'))).rows).toEqual([])
  })

  const company = {
    name: 'company',
    version: 1,
    extends: [],
    layer: 'company' as const,
    selector: null,
    checks: ['PG-*'],
    expected: {},
    overrides: [],
  }
  /** PG-02 is excepted while `ends` lasts, PG-03 is of lower severity, others than PG-* are left out. */
  const viewWith =
    (ends: { day: string }): ViewOf =>
    (baselines, today) =>
      baselines.length === 0
        ? null
        : (result) => {
            if (!result.check.startsWith('PG-')) return undefined
            const excepted = result.check === 'PG-02' && today <= ends.day && result.verdict === 'fail'
            const seen = excepted
              ? { ...result, verdict: 'not-applicable' as const, message: { en: 'Accepted.' } }
              : result
            return {
              result: result.check === 'PG-03' ? { ...seen, severity: 'low' as const } : seen,
              baseline: 'company',
            }
          }

  test('with an adopted baseline the list, its total, its facets, the matrix, the summary and the trend say the same', async () => {
    const viewOf = viewWith({ day: '9999-12-31' })
    const { inTenant, send } = await rig(await (await postgres().createDatabase()).openStore(), viewOf)
    const run = (endedAt: string) =>
      sampleCheckRun(
        [
          sampleCheck('PG-01', 'fail', { assetKey: key }),
          sampleCheck('PG-02', 'fail', { assetKey: key }),
          sampleCheck('PG-03', 'fail', { assetKey: key }),
          sampleCheck('PG-04', 'pass', { assetKey: key }),
          sampleCheck('RD-01', 'fail', { assetKey: key }),
        ],
        endedAt,
      )
    await send(run)
    const see = () =>
      inTenant(async (tx) => {
        await refreshView(tx, new Date(), viewOf)
        const list = await listCheckResults(tx, { limit: 10, filter: 'verdict = fail' })
        const all = await listCheckResults(tx, { limit: 10 })
        const facets = await checkResultFacets(tx, {})
        const { rows } = await readMatrix(tx, null)
        const { counts, bySeverity } = await readSummary(tx)
        const facet = (name: string, word: string) =>
          facets.find(({ field }) => field === name)?.values.find(({ value }) => value === word)?.count ?? 0
        return {
          all: all.total,
          fail: [
            list.total,
            list.items.length,
            facet('verdict', 'fail'),
            counts.fail,
            rows.reduce((sum, { cells }) => sum + cells.reduce((own, { fail }) => own + fail, 0), 0),
          ],
          low: [facet('severity', 'low'), bySeverity.low],
          excepted: [facet('verdict', 'not-applicable'), counts.notApplicable],
          excused: all.items.find(({ check }) => check === 'PG-02')?.message.en,
        }
      })
    expect(await see()).toMatchObject({ all: 5, fail: [4, 4, 4, 4, 4], low: [0, 0], excepted: [0, 0] })
    await inTenant((tx) => adoptBaseline(tx, company, { actor: 'user:ann', now: new Date() }))
    const adopted = { all: 4, fail: [2, 2, 2, 2, 2], low: [1, 1], excepted: [1, 1], excused: 'Accepted.' }
    expect(await see()).toEqual(adopted)
    await send(run)
    expect(await see()).toEqual(adopted)
    expect((await inTenant(readTrend)).at(-1)).toMatchObject({ pass: 1, fail: 2 })
    // Adopting turned nothing, and what is excepted does not alarm.
    const { items } = await inTenant((tx) => listTransitions(tx, { limit: 10 }))
    expect(items).toEqual([])
    const one = await inTenant((tx) => listCheckResults(tx, { limit: 1, filter: 'check = "PG-03"' }))
    expect(await inTenant((tx) => findCheckResult(tx, one.items[0]?.id ?? ''))).toMatchObject({
      severity: 'low',
      baseline: 'company',
    })
  })

  test('an exception that ended is told as a failure of that day, once', async () => {
    const today = new Date()
    const ends = { day: today.toISOString().slice(0, 10) }
    const viewOf = viewWith(ends)
    const { inTenant, send } = await rig(await (await postgres().createDatabase()).openStore(), viewOf)
    await inTenant((tx) => adoptBaseline(tx, company, { actor: 'user:ann', now: today }))
    await send((endedAt) => sampleCheckRun([sampleCheck('PG-02', 'fail', { assetKey: key })], endedAt))
    const tomorrow = new Date(today.getTime() + 86_400_000)
    for (const now of [today, tomorrow, tomorrow]) await inTenant((tx) => refreshView(tx, now, viewOf))
    const { items } = await inTenant((tx) => listTransitions(tx, { limit: 10 }))
    expect(items.map(({ check, from, to }) => [check, from, to])).toEqual([['PG-02', 'not-applicable', 'fail']])
    expect((await inTenant(readSummary)).counts.fail).toBe(1)
  })

  test('a cluster that another agent checks now is there once, and nothing turns because of who looked', async () => {
    const { inTenant, send } = await open()
    const of = (node: string, verdict: 'pass' | 'fail') => (endedAt: string) =>
      sampleCheckRun(
        [
          { ...sampleCheck('K8S-POD-01', verdict, { assetKey: 'cluster:u1' }), resource: 'Pod/shop/web' },
          { ...sampleCheck('K8S-KUBELET-01', 'pass'), resource: `${node}/kubelet` },
        ],
        endedAt,
      )
    await send(of('n1', 'fail'), 'm1')
    await send(of('n2', 'fail'), 'm2')
    await send(of('n1', 'pass'), 'm1')
    const { items } = await inTenant((tx) => listCheckResults(tx, { limit: 10 }))
    expect(items.map(({ resource, verdict }) => [resource, verdict]).toSorted()).toEqual([
      ['Pod/shop/web', 'pass'],
      ['n1/kubelet', 'pass'],
      ['n2/kubelet', 'pass'],
    ])
    const turned = await inTenant((tx) => listTransitions(tx, { limit: 10 }))
    expect(turned.items.map(({ from, to }) => [from, to])).toEqual([['fail', 'pass']])
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
