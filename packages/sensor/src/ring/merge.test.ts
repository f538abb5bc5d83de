// The claim of merge.ts: whatever the interleaving of CPUs, a cause is passed before its effect.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWritableRing, type WritableRing } from '../testing/record-writer.ts'
import { readU64 } from './memory.ts'
import { mergeRings } from './merge.ts'

function recordOf(time: number, number: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(time), BigInt(number)).buffer)
}

interface Pending {
  readonly time: number
  readonly number: number
  readonly ring: number
  finish: (() => void) | undefined
  isReserved: boolean
}

describe('merge', () => {
  test('passes every record once and each after all that were complete before it began', () => {
    // each CPU in turn: take the time, take room in a ring, finish; the reader drains in between
    const steps = fc.array(fc.record({ cpu: fc.nat(3), ring: fc.nat(1), drain: fc.nat(5) }), { maxLength: 300 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (moves, maxRecords) => {
        const rings: WritableRing[] = [createWritableRing(65_536), createWritableRing(65_536)]
        const merged = mergeRings(
          rings.map(({ ring }) => ring),
          0,
        )
        const running: (Pending | undefined)[] = []
        /** record → how many records were complete when it took its time, in order of completion */
        const completeBefore = new Map<number, number>()
        const completed: number[] = []
        const passed: number[] = []
        let time = 1
        let number = 0
        const drain = () =>
          merged.drain(time, maxRecords, (ring) => {
            passed.push(readU64(ring.memory, ring.at + 8))
          })

        for (const { cpu, ring, drain: mayDrain } of moves) {
          time++
          const current = running[cpu]
          if (current === undefined) {
            running[cpu] = { time, number, ring, finish: undefined, isReserved: false }
            completeBefore.set(number++, completed.length)
          } else if (!current.isReserved) {
            current.finish = rings[current.ring]?.reserve(recordOf(current.time, current.number))
            current.isReserved = true
          } else {
            current.finish?.()
            completed.push(current.number)
            running[cpu] = undefined
          }
          if (mayDrain === 0) drain()
        }
        for (const current of running) {
          if (current === undefined) continue
          if (!current.isReserved) current.finish = rings[current.ring]?.reserve(recordOf(current.time, current.number))
          current.finish?.()
        }
        while (drain() > 0);

        expect([...passed].sort((a, b) => a - b)).toEqual(Array.from({ length: number }, (_, each) => each))
        const place = new Map(passed.map((each, index) => [each, index]))
        for (const [effect, count] of completeBefore) {
          for (const cause of completed.slice(0, count)) {
            expect(place.get(cause)).toBeLessThan(place.get(effect) as number)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what is later than the cut-off waits', () => {
    const rings = [createWritableRing(4096), createWritableRing(4096)]
    const merged = mergeRings(
      rings.map(({ ring }) => ring),
      0,
    )
    rings[0]?.write(recordOf(10, 0))
    rings[1]?.write(recordOf(20, 1))
    const passed: number[] = []
    const drain = (cutoff: number) => merged.drain(cutoff, 100, (_, index) => passed.push(index))
    expect([drain(5), drain(15), drain(15), drain(20)]).toEqual([0, 1, 0, 1])
    expect(passed).toEqual([0, 1])
  })

  test('a handler that throws has had its record; the rest come next time', () => {
    const writable = createWritableRing(4096)
    for (let time = 1; time <= 3; time++) writable.write(recordOf(time, time))
    const merged = mergeRings([writable.ring], 0)
    expect(() =>
      merged.drain(10, 100, () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(merged.drain(10, 100, () => {})).toBe(2)
  })
})
