import { expect, test } from 'vitest'
import { timeRange } from './time-range.ts'

const NOW = Date.parse('2026-11-23T12:00:42.123Z')

test('without a range the view is live', () => {
  expect(timeRange({}, NOW)).toEqual({ kind: 'live' })
  expect(timeRange({ range: 'nonsense', from: 'yesterday-ish' }, NOW)).toEqual({ kind: 'live' })
})

test('a span starts at a whole minute', () => {
  expect(timeRange({ range: '1h' }, NOW)).toEqual({ kind: 'past', range: '1h', from: '2026-11-23T11:00:00.000Z' })
})

test('two moments', () => {
  expect(timeRange({ from: '2026-11-23T09:00:00+09:00', to: '2026-11-23T01:00:00Z' }, NOW)).toEqual({
    kind: 'past',
    range: 'custom',
    from: '2026-11-23T00:00:00.000Z',
    to: '2026-11-23T01:00:00.000Z',
  })
})
