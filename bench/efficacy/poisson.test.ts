import { expect, test } from 'vitest'
import { poissonUpper } from './poisson.ts'

test('known bounds of a Poisson count at 95 %', () => {
  // Half of the 0.95 quantile of chi-square with 2(n + 1) degrees of freedom: 5.9915, 9.4877, 12.5916, 18.307.
  expect(poissonUpper(0)).toBeCloseTo(2.9957, 3)
  expect(poissonUpper(1)).toBeCloseTo(4.7439, 3)
  expect(poissonUpper(2)).toBeCloseTo(6.2958, 3)
  expect(poissonUpper(4)).toBeCloseTo(9.1535, 3)
})
