import { expect, it } from 'vitest'
import { settleOthers } from './settle-others.ts'
import type { Statement } from './statement.ts'

const exception = (name: string, more: Partial<Statement> = {}): Statement => ({
  kind: 'exception',
  vulnerabilities: [name],
  verdict: 'accepted',
  products: [],
  reason: 'a test key',
  source: '.yagura.yaml',
  line: 2,
  expires: null,
  statedAt: null,
  ...more,
})
const secrets = [
  { kind: 'private-key', path: '/srv/test/key.pem' },
  { kind: 'private-key', path: '/srv/testing.pem' },
  { kind: 'token', path: null },
]

it.each<[string, Statement, number[]]>([
  ['by kind', exception('private-key'), [0, 1]],
  ['by kind and folder', exception('private-key', { products: [{ path: '/srv/test/' }] }), [0]],
  ['where nothing has a path', exception('token'), [2]],
  ['not by path where there is none', exception('token', { products: [{ path: '/' }] }), []],
  ['not where it is about a package', exception('private-key', { products: [{ package: 'a' }] }), []],
  ['not after its last day', exception('private-key', { expires: '2025-12-31' }), []],
  ['not by a statement of the maker', exception('private-key', { kind: 'vex' }), []],
])('secrets are settled %s', (_, statement, settled) => {
  const { open, suppressed, used } = settleOthers(secrets, ({ kind }) => kind, [statement], '2026-01-01')
  expect(suppressed.map(({ path }) => path)).toEqual(settled.map((i) => secrets[i]?.path))
  expect(open).toHaveLength(secrets.length - settled.length)
  expect([...used]).toEqual(settled.length > 0 ? [statement] : [])
})
