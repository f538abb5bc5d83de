import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pauseBefore, retryAfter, sleep } from './pause.ts'
import { defaultFetchPolicy } from './policy.ts'

describe('case 21: a pause', () => {
  test('is never shorter than the server asks for, and never longer than allowed when it does not ask', () => {
    const anything = fc.record({ attempt: fc.integer({ min: 1, max: 40 }), asked: fc.option(fc.nat(50_000)) })
    fc.assert(
      fc.property(anything, ({ attempt, asked }) => {
        const pause = pauseBefore(attempt, asked ?? undefined, defaultFetchPolicy)
        return pause >= (asked ?? 0) && pause <= Math.max(asked ?? 0, defaultFetchPolicy.maxPauseMs)
      }),
    )
  })

  test('is drawn at random, so that many clients do not come back together', () => {
    const pauses = Array.from({ length: 20 }, () => pauseBefore(5, undefined, defaultFetchPolicy))
    expect(new Set(pauses).size).toBeGreaterThan(10)
  })

  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2015 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-1e9', undefined],
    [undefined, undefined],
  ])('Retry-After: %s', (value, expected) => {
    expect(retryAfter(value, Date.UTC(2026, 0, 1))).toBe(expected)
  })

  test('ends when it is called off', async () => {
    const controller = new AbortController()
    const pause = sleep(60_000, controller.signal)
    controller.abort(new Error('called off'))
    await expect(pause).rejects.toThrow('called off')
  })
})
