import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DROP, ESC, SECRET, SHELL } from './bits.ts'
import { decayed, remaining } from './decay.ts'
import { createEntityTable } from './table.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000

describe('decay', () => {
  it('never grows, never goes below nothing, and is the same in one step or in many', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1 << 17),
        fc.array(fc.nat(HOUR), { maxLength: 20 }),
        fc.boolean(),
        (suspicion, tags, steps, isBaseline) => {
          let slowly = suspicion
          for (const step of steps) {
            const next = decayed(slowly, tags, isBaseline, step)
            expect(next).toBeLessThanOrEqual(slowly)
            expect(next).toBeGreaterThanOrEqual(0)
            slowly = next
          }
          const total = steps.reduce((sum, step) => sum + step, 0)
          expect(slowly).toBeCloseTo(decayed(suspicion, tags, isBaseline, total), 8)
        },
      ),
    )
  })

  it('keeps what stays dangerous for a day, and lets the rest go', () => {
    expect(remaining(SECRET | SHELL, false, 7 * HOUR)).toBe(SECRET)
    expect(remaining(SHELL, false, 5 * HOUR)).toBe(SHELL)
    expect(remaining(SHELL, true, HOUR)).toBe(0)
    expect(remaining(ESC, false, 7 * 24 * HOUR)).toBe(0)
  })
})

describe('table of entities', () => {
  it('finds what was put in until something took its row, and never gives up what is protected', () => {
    const entry = fc.record({
      key: fc.integer({ min: 1, max: 400 }),
      tags: fc.constantFrom(0, DROP, SECRET),
      chain: fc.constantFrom(0, 1, 2),
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
        const table = createEntityTable(64, (chain) => chain === 2)
        const kept = new Set<number>()
        for (const [index, { key, tags, chain }] of entries.entries()) {
          const row = table.take(key, key, START + index * 1000)
          if (row < 0) {
            expect(table.refused()).toBeGreaterThan(0)
            continue
          }
          table.mark(row, tags, 0.5, chain, START + index * 1000)
          expect(table.find(key, key)).toBe(row)
          if (chain === 2) kept.add(key)
          else if (chain === 1) kept.delete(key)
        }
        for (const key of kept) {
          expect(table.find(key, key)).toBeGreaterThanOrEqual(0)
        }
        expect(table.count()).toBeLessThanOrEqual(64)
      }),
    )
  })

  it('gives up rows without tags first', () => {
    const table = createEntityTable(4, () => false)
    for (const [key, tags] of [
      [1, DROP],
      [2, 0],
      [3, DROP],
      [4, SECRET],
    ] as const) {
      table.mark(table.take(key, key, START), tags, 0.5, 0, START)
    }
    table.take(5, 5, START)
    expect([1, 2, 3, 4].map((key) => table.find(key, key) >= 0)).toEqual([true, false, true, true])
    expect(table.evicted()).toBe(1)
  })

  it('gives up the least suspicious of those with tags', () => {
    const table = createEntityTable(4, () => false)
    for (const key of [1, 2, 3, 4]) table.mark(table.take(key, key, START), DROP, key === 3 ? 0.1 : 0.9, 0, START)
    table.take(5, 5, START)
    expect(table.find(3, 3)).toBe(-1)
  })
})
