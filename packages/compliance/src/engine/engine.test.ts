import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fits } from './expect.ts'
import { judge, type Subject } from './judge.ts'
import type { Reading } from './reading.ts'
import { loadChecks } from './record.ts'
import { unsetOf } from './unset.ts'

const text = { en: 'TLS is off' }
function compiled(rule: object) {
  const record = {
    id: 'X-01',
    target: 'middleware',
    severity: 'high',
    title: text,
    why: text,
    fix: { en: 'Turn it on.' },
    controls: [],
    rule,
  }
  const { checks, problems } = loadChecks([record])
  if (!checks[0]) throw new Error(problems.join())
  return checks[0]
}
function subject(readings: Record<string, Reading>, more: Partial<Subject> = {}): Subject {
  return {
    resource: 'web/postgresql',
    assetKey: null,
    read: (source) => readings[source] ?? { kind: 'not-asked', place: source, reason: 'nobody asked' },
    unset: { version: '15.4', truths: new Set() },
    variables: { facts: { tls: true }, version: 15.4 },
    observedAt: '2026-01-01T00:00:00Z',
    ...more,
  }
}
const value = (one: string | string[], place = 'a.conf:1'): Reading => ({
  kind: 'value',
  source: 'file',
  place,
  value: one,
})
const absent: Reading = { kind: 'absent', source: 'file', place: 'a.conf' }
const RULE = { get: ['sql:SHOW ssl', 'conf:ssl'], expect: { op: 'eq', value: 'on' }, unset: 'off', change: 'ssl = on' }

describe('a check', () => {
  test('takes the first source that answers, and shows where the value stood', async () => {
    const result = await judge(compiled(RULE), subject({ 'conf:ssl': value('yes') }))
    expect(result).toMatchObject({ verdict: 'pass', evidence: [{ source: 'file', place: 'a.conf:1', value: 'yes' }] })
    const other = await judge(
      compiled(RULE),
      subject({ 'sql:SHOW ssl': value('off', 'SHOW ssl'), 'conf:ssl': value('on') }),
    )
    expect(other).toMatchObject({ verdict: 'fail', remediation: { kind: 'patch', before: 'off', after: 'ssl = on' } })
  })

  test('judges an absent key by the default, and says that it did', async () => {
    const result = await judge(compiled(RULE), subject({ 'conf:ssl': absent }))
    expect(result).toMatchObject({ verdict: 'fail', evidence: [{ value: null }, { source: 'default', value: 'off' }] })
  })

  test.each([
    [
      'a file that cannot be read',
      { 'conf:ssl': { kind: 'unreadable', place: 'a.conf', reason: 'a loop of links' } as Reading },
      /loop of links/,
    ],
    ['nobody asked', {}, /nobody asked/],
    [
      'a key that may stand in an unreadable file',
      { 'sql:SHOW ssl': { kind: 'unreadable', place: 'b.conf', reason: 'too large' } as Reading, 'conf:ssl': absent },
      /too large/,
    ],
  ])('%s is an error that says so, never a pass', async (_, readings, message) => {
    const result = await judge(compiled(RULE), subject(readings as Record<string, Reading>))
    expect(result.verdict).toBe('error')
    expect(result.message.en).toMatch(message)
  })

  test('a condition that cannot be evaluated, or a reader that fails, is an error', async () => {
    const wrong = compiled({ ...RULE, when: 'facts.nothing.here' })
    expect((await judge(wrong, subject({ 'conf:ssl': value('on') }))).verdict).toBe('error')
    const broken = subject({}, { read: () => Promise.reject(new Error('gone')) })
    expect((await judge(compiled(RULE), broken)).message.en).toContain('gone')
    expect((await judge(compiled({ ...RULE, when: 'version < 6.0' }), subject({}))).verdict).toBe('not-applicable')
  })

  test('a value that cannot be judged is an error', async () => {
    const numbers = compiled({ get: ['conf:ssl'], expect: { op: 'ge', value: 3 } })
    expect((await judge(numbers, subject({ 'conf:ssl': value('many') }))).verdict).toBe('error')
  })

  test('a baseline may expect another value', async () => {
    const own = subject({ 'conf:ssl': value('off') }, { expected: new Map([['X-01', 'off']]) })
    expect((await judge(compiled(RULE), own)).verdict).toBe('pass')
  })
})

test('records with mistakes are told, and the others stand', () => {
  const good = compiled(RULE).check
  const { checks, problems } = loadChecks([
    good,
    { ...good, id: 'X-02', rule: { ...RULE, expect: { op: 'match', value: '(' } } },
    { id: 'X-03' },
    { ...good, id: 'X-04', rule: { expression: 'nothing ==' } },
  ])
  expect(checks.map(({ check }) => check.id)).toEqual(['X-01', 'X-02'])
  expect(problems).toHaveLength(3)
})

test('modes: no bit more than the bound has', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), fc.integer({ min: 0, max: 0o7777 }), (mode, most) => {
      expect(fits(mode.toString(8), { op: 'mode_le', value: most.toString(8) })).toBe((mode | most) === most)
    }),
  )
  expect(fits('0604', { op: 'mode_le', value: '0640' })).toBe(false)
})

test.each([
  ['in', ['on', 'S'], 'S', true],
  ['notin', ['password'], ['scram', 'password'], false],
  ['has', ['a,b'], 'b c a', true],
  ['hasnot', ['trust'], ['md5', 'trust'], false],
  ['notmatch', '(^|,)TLSv1(,|$)', 'TLSv1.2,TLSv1.3', true],
  ['count_le', 1, ['a', 'b'], false],
  ['count_eq', 0, '0', true],
  ['eq', 0, '', false],
  ['eq', false, 'off', true],
  ['notin', ['x'], [], true],
  ['match', 'pgaudit', 'none pgaudit', true],
  ['notmatch', '^all$', 'all -SSLv3', true],
  ['no_plain_http_except_loopback', true, 'https://a:1,http://127.0.0.1:2,http://[::1]:3', true],
  ['no_plain_http_except_loopback', true, 'http://127.0.0.1.example.com', false],
  ['no_plain_http_except_loopback', true, '0.0.0.0:80', undefined],
  ['redis_acl_no_dangerous', ['admin'], ['user admin on +@all', 'user app on +@all -@dangerous'], true],
  ['redis_acl_no_dangerous', ['admin'], 'user app on -@all +@write', false],
  ['redis_acl_no_dangerous', ['admin'], 'user app off nopass +@all', true],
] as const)('%s %j on %j is %j', (op, expected, given, result) => {
  expect(fits(given as never, { op, value: expected as never })).toBe(result)
})

test.each([
  ['15.4', 'scram'],
  ['14', 'scram'],
  ['13.9', 'md5'],
])('the default of version %s is %s', (version, expected) => {
  const table = { versions: { 'v14+': 'scram', older: 'md5' } }
  expect(unsetOf(table, { version, truths: new Set() })).toMatchObject({ value: expected })
  expect(unsetOf(table, { version: null, truths: new Set() })).toMatchObject({ kind: 'unknown' })
})
