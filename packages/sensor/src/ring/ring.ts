// Reads a BPF ring buffer in place. Source: kernel/bpf/ringbuf.c: a record is a header of eight bytes (length with two flag
// bits, page offset) and its data, rounded up to eight; positions only grow, their low bits are the place in the data.
import { mapShared, pageSizeBytes } from '../native/libc.ts'
import { type Memory, memoryOf } from './memory.ts'

const BUSY = 0x8000_0000 | 0
const DISCARD = 0x4000_0000
const LENGTH = 0x3fff_ffff
const HEADER_BYTES = 8

export interface RingParts {
  readonly consumer: BigUint64Array
  readonly producer: BigUint64Array
  /** The data twice in a row. */
  readonly data: ArrayBuffer
  readonly dataOffset: number
  readonly sizeBytes: number
}

/** State of `next()`: a record is ready, all of the snapshot is read, or the next record is still being written. */
export type RingState = 'record' | 'end' | 'busy'

export interface Ring {
  readonly memory: Memory
  /** Takes the producer's position: `next` goes no further. */
  snapshot(): void
  /** Goes to the next record of the snapshot; `at` and `length` say where it is. */
  next(): RingState
  /** Where the record's data begins in `memory`, and its bytes. */
  at: number
  length: number
  /** Gives the room of all records before the current one back to the kernel. */
  release(): void
  /** Makes the current record the next one again. */
  rewind(): void
}

export function createRing(parts: RingParts): Ring {
  const { consumer, producer, sizeBytes } = parts
  const mask = sizeBytes - 1
  const memory = memoryOf(parts.data, parts.dataOffset, 2 * sizeBytes)
  const words = new Int32Array(parts.data, parts.dataOffset, sizeBytes >>> 1)
  let position = Number(consumer[0])
  let following = position
  let end = position
  const ring: Ring = {
    memory,
    at: 0,
    length: 0,
    snapshot() {
      end = Number(Atomics.load(producer, 0))
    },
    next() {
      position = following
      while (position < end) {
        const start = position & mask
        const header = Atomics.load(words, start >>> 2)
        if ((header & BUSY) !== 0) return 'busy'
        const length = header & LENGTH
        const room = (length + HEADER_BYTES + 7) & ~7
        // never true for what a kernel writes; keeps a damaged ring from sending the reader out of bounds
        if (room > sizeBytes || position + room > end) {
          position = end
          break
        }
        following = position + room
        if ((header & DISCARD) === 0) {
          ring.at = start + HEADER_BYTES
          ring.length = length
          return 'record'
        }
        position = following
      }
      following = position
      return 'end'
    },
    release() {
      Atomics.store(consumer, 0, BigInt(position))
    },
    rewind() {
      following = position
    },
  }
  return ring
}

export interface MappedRing extends Ring {
  unmap(): void
}

/** Maps the ring behind a map's descriptor: consumer page for writing, producer page and data twice for reading. */
export function mapRing(fd: number, sizeBytes: number): MappedRing {
  const consumer = mapShared(fd, 0, pageSizeBytes, 'read-write')
  const rest = mapShared(fd, pageSizeBytes, pageSizeBytes + 2 * sizeBytes, 'read')
  const ring = createRing({
    consumer: new BigUint64Array(consumer.buffer, 0, 1),
    producer: new BigUint64Array(rest.buffer, 0, 1),
    data: rest.buffer,
    dataOffset: pageSizeBytes,
    sizeBytes,
  })
  return Object.assign(ring, {
    unmap() {
      consumer.unmap()
      rest.unmap()
    },
  })
}
