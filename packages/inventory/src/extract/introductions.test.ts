import fc from 'fast-check'
import { expect, test } from 'vitest'
import { introductions } from './introductions.ts'

test('an upgrade and a return are new introductions', () => {
  const states = [['a1', 'b1'], ['a2', 'b1'], ['a2'], ['a2', 'b1', 'c1']].map((keys) => new Set(keys))
  expect([...introductions(states)].sort()).toEqual([
    ['a2', 1],
    ['b1', 3],
    ['c1', 3],
  ])
})

test('agrees with looking back from the last state', () => {
  const state = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')).map((keys) => new Set<string>(keys))
  fc.assert(
    fc.property(fc.array(state, { maxLength: 8 }), (states) => {
      const last = states.at(-1) ?? new Set<string>()
      const expected = [...last].map((key) => [key, states.findLastIndex((one) => !one.has(key)) + 1])
      expect([...introductions(states)].sort()).toEqual(expected.sort())
    }),
  )
})
