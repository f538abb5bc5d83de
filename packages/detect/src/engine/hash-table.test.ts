import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHashTable } from './hash-table.ts'

const key = fc.integer({ min: 1, max: 60 })
const act = fc.oneof(fc.record({ set: key, value: fc.nat(1000) }), fc.record({ delete: key }))

describe('table of hashes', () => {
  it('knows what a map knows, or has forgotten it for something newer', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
        const table = createHashTable(32)
        const map = new Map<number, number>()
        for (const one of acts) {
          if ('set' in one) {
            table.set(one.set * 7919, one.set, one.value, -one.value)
            map.set(one.set, one.value)
            const at = table.find(one.set * 7919, one.set)
            expect([table.first(at), table.second(at)]).toEqual([one.value, 0 - one.value])
          } else {
            table.delete(one.delete * 7919, one.delete)
            map.delete(one.delete)
          }
        }
        for (let number = 1; number <= 60; number++) {
          const at = table.find(number * 7919, number)
          if (at >= 0) expect(table.first(at)).toBe(map.get(number))
        }
        expect([...table.entries()].length).toBeLessThanOrEqual(32)
      }),
    )
  })

  it('keeps the four of a set that were noted last', () => {
    const table = createHashTable(4)
    for (const number of [1, 2, 3, 4, 1, 5]) table.set(number, number, number * 10, 0)
    const kept = [1, 2, 3, 4, 5].filter((number) => table.find(number, number) >= 0)
    expect(kept).toEqual([1, 3, 4, 5])
  })
})
