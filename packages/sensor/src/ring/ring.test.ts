import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWritableRing } from '../testing/record-writer.ts'
import { createRing, nextRecord, type Ring, release, restart, rewind, snapshot } from './ring.ts'

function readAll(ring: Ring): string[] {
  const records: string[] = []
  snapshot(ring)
  while (nextRecord(ring) === 'record') {
    records.push(Buffer.from(ring.memory.bytes.subarray(ring.at, ring.at + ring.length)).toString('latin1'))
  }
  release(ring)
  return records
}

describe('ring', () => {
  test('gives every record once, in order, whatever the sizes, over many turns of the ring', () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant('read' as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { ring, write } = createWritableRing(1024)
        const written: string[] = []
        const read: string[] = []
        for (const each of steps) {
          if (each === 'read') read.push(...readAll(ring))
          else if (write(each)) written.push(Buffer.from(each).toString('latin1'))
        }
        read.push(...readAll(ring))
        expect(read).toEqual(written)
      }),
    )
  })

  test('stops at a record that is still being written, and goes on when it is done', () => {
    const { ring, write, reserve } = createWritableRing(1024)
    write(Buffer.from('first'))
    const finish = reserve(Buffer.from('second'))
    write(Buffer.from('third'))
    expect(readAll(ring)).toEqual(['first'])
    finish?.()
    expect(readAll(ring)).toEqual(['second', 'third'])
  })

  test('a record that was not taken is given again', () => {
    const { ring, write } = createWritableRing(1024)
    write(Buffer.from('a'))
    write(Buffer.from('b'))
    snapshot(ring)
    nextRecord(ring)
    nextRecord(ring)
    release(ring)
    rewind(ring)
    expect(readAll(ring)).toEqual(['b'])
    restart(ring)
    expect(nextRecord(ring)).toBe('end')
  })

  test('discarded records are passed over', () => {
    const { ring, write } = createWritableRing(1024)
    write(Buffer.from('kept'))
    write(Buffer.from('gone'))
    ring.words[4] = (ring.words[4] as number) | 0x4000_0000
    expect(readAll(ring)).toEqual(['kept'])
  })

  test('a damaged ring ends the walk and never leads outside', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 512, maxLength: 512 }),
        fc.nat(5000),
        fc.nat(5000),
        (bytes, from, size) => {
          const data = new Uint8Array(1024)
          data.set(bytes)
          data.set(bytes, 512)
          const positions = BigUint64Array.of(BigInt(from * 8), BigInt((from + size) * 8))
          const [consumer, producer] = [positions.subarray(0, 1), positions.subarray(1, 2)]
          const ring = createRing({ consumer, producer, data: data.buffer, dataOffset: 0, sizeBytes: 512 })
          snapshot(ring)
          let steps = 0
          while (nextRecord(ring) === 'record') {
            expect(ring.at + ring.length).toBeLessThanOrEqual(1024)
            steps++
          }
          expect(steps).toBeLessThanOrEqual(size)
        },
      ),
    )
  })
})
