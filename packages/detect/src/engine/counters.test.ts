import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Counters } from './counters.ts'

const acts = fc.array(fc.record({ about: fc.nat(12), pause: fc.nat(3000) }), { maxLength: 200 })

describe('counters', () => {
  it('count what a list of all acts says, as far as it is kept', () => {
    fc.assert(
      fc.property(acts, fc.integer({ min: 1, max: 60_000 }), (list, withinMs) => {
        const counters = new Counters()
        const all: { about: number; atMs: number }[] = []
        let nowMs = 1_000_000
        for (const { about, pause } of list) {
          nowMs += pause
          counters.add('a', about, nowMs)
          all.push({ about, atMs: nowMs })
        }
        const near = all.filter((one) => nowMs - one.atMs <= withinMs)
        expect(counters.total('a', withinMs, nowMs)).toBe(near.length)
        expect(counters.distinct('a', withinMs, nowMs)).toBe(new Set(near.map((one) => one.about)).size)
        expect(counters.distinct('b', withinMs, nowMs)).toBe(0)
      }),
    )
  })

  it('know different things no worse when the same one is noted anew', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const counters = new Counters()
        const last = new Map<number, number>()
        let nowMs = 1_000_000
        for (const { about, pause } of list) {
          nowMs += pause
          counters.touch('a', about, nowMs)
          last.set(about, nowMs)
        }
        const withinMs = 10_000
        const count = counters.distinct('a', withinMs, nowMs)
        const near = (margin: number) => [...last.values()].filter((atMs) => nowMs - atMs <= withinMs - margin).length
        // a time may be told a second too early
        expect(count).toBeGreaterThanOrEqual(near(1000))
        expect(count).toBeLessThanOrEqual(near(0))
      }),
    )
  })
})
