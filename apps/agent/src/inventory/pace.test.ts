import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

function rig() {
  const clock = { ms: 0, monotonicMs: () => clock.ms }
  const pace = createPace(clock)
  let lastMs = 0
  /** Listings in so many seconds, while the sensor sees these containers. */
  function listings(seconds: number, live?: readonly string[]): number {
    let count = 0
    for (let second = 0; second < seconds; second += 1) {
      clock.ms += 1000
      if (live !== undefined) pace.noteLive(live)
      if (!pace.isDue(lastMs)) continue
      lastMs = clock.ms
      count += 1
    }
    return count
  }
  return { pace, listings }
}

test('every ten seconds where nobody sees containers come and go', () => {
  expect(rig().listings(120)).toBe(12)
})

test('once a minute after half a minute without a change, and every ten seconds after one', () => {
  const { pace, listings } = rig()
  expect(listings(30, ['a', 'b'])).toBe(2)
  expect(listings(180, ['b', 'a'])).toBe(3)
  expect(listings(30, ['a'])).toBeGreaterThanOrEqual(2)
  listings(120, ['a'])
  pace.noteChange()
  expect(listings(30, ['a'])).toBeGreaterThanOrEqual(2)
})
