import type { Baseline, CheckResult } from '@yagura/schema'
import { expect, test } from 'vitest'
import { diffBaselines, transitions } from './diff.ts'
import { proposeBaseline } from './propose.ts'
import { applyBaseline, baselineFor, resolveBaseline } from './resolve.ts'

function result(
  check: string,
  resource: string,
  verdict: CheckResult['verdict'],
  value: string | null = null,
): CheckResult {
  const evidence =
    value === null ? [] : [{ source: 'file' as const, place: 'a.conf', value, at: '2026-01-01T00:00:00Z' }]
  const message = { en: 'so' }
  return {
    check,
    checkVersion: 1,
    controls: [],
    target: 'middleware',
    severity: 'high',
    expects: { op: 'eq' },
    resource,
    assetKey: null,
    verdict,
    message,
    evidence,
    remediation: null,
    observedAt: '2026-01-01T00:00:00Z',
  }
}
function layer(name: string, more: Partial<Baseline> = {}): Baseline {
  return {
    name,
    version: 1,
    extends: [],
    layer: 'company',
    selector: null,
    checks: [],
    expected: {},
    overrides: [],
    adoptedBy: null,
    adoptedAt: null,
    ...more,
  }
}
const override = (more: Partial<Baseline['overrides'][number]>): Baseline['overrides'][number] => ({
  check: 'PG-01',
  resource: null,
  action: 'except',
  reason: 'old client',
  owner: 'ann',
  expires: '2026-12-31',
  ...more,
})

test('layers: the more special one wins, and overrides fit their resources', () => {
  const all = [
    layer('cis', { layer: 'standard', checks: ['PG-*'], expected: { 'PG-02': 'a' } }),
    layer('ours', { extends: ['cis'], expected: { 'PG-02': 'b' }, overrides: [override({ resource: 'legacy/*' })] }),
    layer('shop', {
      layer: 'application',
      extends: ['ours'],
      checks: ['RD-01'],
      overrides: [override({ resource: 'legacy/db', action: 'severity', severity: 'low' })],
    }),
  ]
  const baseline = resolveBaseline('shop', all, '2026-06-01')
  expect(baseline.layers).toEqual(['cis', 'ours', 'shop'])
  expect(baseline.expected.get('PG-02')).toBe('b')
  const results = [
    result('PG-01', 'legacy/x', 'fail'),
    result('PG-01', 'legacy/db', 'fail'),
    result('PG-01', 'web', 'fail'),
    result('MG-01', 'web', 'fail'),
  ]
  expect(
    applyBaseline(results, baseline).map(({ resource, verdict, severity }) => [resource, verdict, severity]),
  ).toEqual([
    ['legacy/x', 'not-applicable', 'high'],
    ['legacy/db', 'fail', 'low'],
    ['web', 'fail', 'high'],
  ])
})

test('an override that has ended, or that nobody answers for, does not count and is told', () => {
  const all = [
    layer('ours', {
      extends: ['gone'],
      checks: ['PG-01'],
      overrides: [override({}), override({ check: 'PG-02', reason: ' ' })],
    }),
  ]
  const baseline = resolveBaseline('ours', all, '2027-01-01')
  expect(applyBaseline([result('PG-01', 'web', 'fail')], baseline)).toMatchObject([{ verdict: 'fail' }])
  expect(baseline.problems.map(({ en }) => en)).toEqual([
    expect.stringContaining('gone'),
    expect.stringContaining('ended on 2026-12-31'),
    expect.stringContaining('no reason'),
  ])
})

test('a ring of layers ends', () => {
  const all = [layer('a', { extends: ['b'], checks: ['X'] }), layer('b', { extends: ['a'] })]
  expect(resolveBaseline('a', all, '2026-01-01').problems.map(({ en }) => en)).toEqual([
    'The baseline a extends itself.',
  ])
})

test('a proposal takes what the fleet does where that is safe, and says how many fail', () => {
  const results = [
    ...['a', 'b', 'c'].map((name) => result('PG-01', name, 'pass', 'scram')),
    ...['a', 'b'].map((name) => result('PG-02', name, 'fail', 'trust')),
    result('PG-02', 'c', 'pass', 'cert'),
    result('PG-03', 'a', 'error'),
    result('PG-04', 'a', 'not-applicable'),
  ]
  const { baseline, checks } = proposeBaseline(results.toReversed(), {
    name: 'ours',
    layer: 'company',
    parents: ['cis'],
  })
  expect(checks).toMatchObject([
    { check: 'PG-01', failing: 0, reason: 'all-pass', expected: 'scram' },
    { check: 'PG-02', failing: 2, reason: 'safe-value' },
    { check: 'PG-03', unjudged: 1, reason: 'cannot-be-judged' },
  ])
  expect(baseline).toMatchObject({ checks: ['PG-01', 'PG-02'], expected: { 'PG-01': 'scram' }, extends: ['cis'] })
})

test('only what turned is told; what could not be judged turns nothing', () => {
  const before = [
    result('A', 'x', 'pass'),
    result('B', 'x', 'fail'),
    result('C', 'x', 'pass'),
    result('D', 'x', 'pass'),
  ]
  const after = [
    result('A', 'x', 'fail'),
    result('B', 'x', 'pass'),
    result('C', 'x', 'error'),
    result('D', 'x', 'pass'),
    result('E', 'x', 'fail'),
    result('F', 'x', 'pass'),
  ]
  expect(transitions(before, after).map(({ check, from, to }) => [check, from, to])).toEqual([
    ['A', 'pass', 'fail'],
    ['B', 'fail', 'pass'],
    ['E', null, 'fail'],
  ])
})

test('two versions of a baseline differ in what differs', () => {
  const before = layer('ours', { checks: ['A', 'B'], expected: { A: 1 } })
  const after = layer('ours', { checks: ['B', 'C'], expected: { A: 2 }, overrides: [override({})] })
  expect(diffBaselines(before, after).map(({ check, kind }) => `${kind} ${check}`)).toEqual([
    'added C',
    'removed A',
    'expected A',
    'override PG-01',
  ])
})

test('a value that the company chose judges again what was found, and never what was not', () => {
  const eq = (verdict: CheckResult['verdict'], value: string | null): CheckResult => ({
    ...result('PG-04', 'a/postgresql', verdict, value),
    expects: { op: 'in', value: ['on', 'required'] },
  })
  const resolved = resolveBaseline(
    'ours',
    [layer('ours', { checks: ['*'], expected: { 'PG-04': ['required'] } })],
    '2026-01-01',
  )
  const seen = (one: CheckResult) => applyBaseline([one], resolved)[0]
  expect(seen(eq('pass', 'on'))).toMatchObject({
    verdict: 'fail',
    message: { en: 'The baseline expects required; found is on.' },
    remediation: { before: 'on' },
  })
  expect(seen(eq('pass', 'required'))).toMatchObject({ verdict: 'pass', message: { en: 'so' } })
  for (const untouched of [
    eq('error', 'on'),
    eq('pass', null),
    eq('pass', '(8 characters, not shown)'),
    eq('pass', 'o…'),
  ])
    expect(seen(untouched)).toBe(untouched)
  const here = layer('ours', {
    checks: ['*'],
    overrides: [override({ check: 'PG-04', action: 'expect', expect: 'off' })],
  })
  expect(applyBaseline([eq('fail', 'off')], resolveBaseline('ours', [here], '2026-01-01'))[0]?.verdict).toBe('pass')
})

test('a thing is judged by the most special layer whose selector fits its labels', () => {
  const all = [
    layer('cis', { layer: 'standard' }),
    layer('ours', { extends: ['cis'] }),
    layer('shop', { layer: 'application', extends: ['ours'], selector: { app: 'shop' } }),
  ]
  expect(baselineFor(all, { app: 'shop', tier: 'db' })?.name).toBe('shop')
  expect(baselineFor(all, { app: 'blog' })?.name).toBe('ours')
  expect(baselineFor([all[2] as Baseline], {})).toBeUndefined()
})

test('a common value is proposed only where it can be expected: not of what must not be', () => {
  const hasnot = (op: string) =>
    Array.from(
      { length: 5 },
      (_, at): CheckResult => ({ ...result('X-01', `r${at}`, 'pass', 'www-data'), expects: { op } }),
    )
  const expected = (op: string) =>
    proposeBaseline(hasnot(op), { name: 'x', layer: 'company', parents: [] }).baseline.expected
  expect(expected('notin')).toEqual({})
  expect(expected('eq')).toEqual({ 'X-01': 'www-data' })
})
