import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUnionFind } from './union-find.ts'

describe('union-find', () => {
  it('says the same as sets that are joined by hand', () => {
    const step = fc.oneof(
      fc.constant({ kind: 'make' as const }),
      fc.record({ kind: fc.constant('union' as const), left: fc.nat(40), right: fc.nat(40) }),
      fc.record({ kind: fc.constant('release' as const), one: fc.nat(40) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const union = createUnionFind(32)
        const numbers: number[] = []
        let sets: Set<number>[] = []
        const setOf = (number: number) => sets.find((set) => set.has(number))
        for (const one of steps) {
          if (one.kind === 'make') {
            const number = union.make()
            const used = sets.reduce((sum, set) => sum + set.size, 0)
            expect(number === 0).toBe(used === 32)
            if (number === 0) continue
            expect(numbers).not.toContain(number)
            numbers.push(number)
            sets.push(new Set([number]))
          } else if (one.kind === 'union') {
            const left = numbers[one.left]
            const right = numbers[one.right]
            if (left === undefined || right === undefined) continue
            union.union(left, right)
            const first = setOf(left)
            const second = setOf(right)
            if (!first || !second || first === second) continue
            for (const each of second) first.add(each)
            sets = sets.filter((set) => set !== second)
          } else {
            const number = numbers[one.one]
            if (number === undefined) continue
            union.release(number)
            const set = setOf(number)
            sets = sets.filter((each) => each !== set)
          }
        }
        for (const left of numbers) {
          const set = setOf(left)
          expect(union.find(left) === 0).toBe(set === undefined)
          if (!set) continue
          for (const right of numbers) expect(union.find(left) === union.find(right)).toBe(set.has(right))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('never takes an old number for a new chain', () => {
    const union = createUnionFind(2)
    const old = union.make()
    union.release(old)
    const made = [union.make(), union.make()]
    expect(made).not.toContain(old)
    expect(union.find(old)).toBe(0)
    expect(union.make()).toBe(0)
  })
})
