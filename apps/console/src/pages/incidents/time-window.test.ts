import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inside, isWhole, moved, zoomed } from './time-window.ts'

const whole = { fromMs: 1000, toMs: 11_000 }

test('what is under the pointer stays there', () => {
  const view = zoomed(whole, whole, 0.5, 0.25)
  expect(view).toEqual({ fromMs: 2250, toMs: 7250 })
  expect(isWhole(view, whole)).toBe(false)
  expect(isWhole(zoomed(view, whole, 100), whole)).toBe(true)
})

test('sideways it stops at the ends', () => {
  expect(moved({ fromMs: 1000, toMs: 2000 }, whole, -1)).toEqual({ fromMs: 1000, toMs: 2000 })
  expect(moved({ fromMs: 9500, toMs: 10_500 }, whole, 1)).toEqual({ fromMs: 10_000, toMs: 11_000 })
})

test('whatever is asked for, the window is not empty and within the whole', () => {
  const step = fc.oneof(
    fc.record({
      factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
      at01: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ share: fc.double({ min: -5, max: 5, noNaN: true }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let view = inside(whole, whole)
      for (const one of steps)
        view = 'share' in one ? moved(view, whole, one.share) : zoomed(view, whole, one.factor, one.at01)
      expect(view.toMs - view.fromMs).toBeGreaterThanOrEqual(9.99)
      expect(view.fromMs).toBeGreaterThanOrEqual(whole.fromMs)
      expect(view.toMs).toBeLessThanOrEqual(whole.toMs + 1e-6)
    }),
  )
})
