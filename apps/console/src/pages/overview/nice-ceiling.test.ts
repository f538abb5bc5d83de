import fc from 'fast-check'
import { expect, test } from 'vitest'
import { niceCeiling } from './nice-ceiling.ts'

test('round, not below the value and not far above', () => {
  expect([0, 3, 7, 11, 99, 101, 2500].map(niceCeiling)).toEqual([4, 4, 8, 20, 100, 200, 3000])
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 1e9 }), (value) => {
      expect(niceCeiling(value)).toBeGreaterThanOrEqual(value)
      expect(niceCeiling(value)).toBeLessThanOrEqual(2 * value)
    }),
  )
})
