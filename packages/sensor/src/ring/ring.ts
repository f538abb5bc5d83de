// Reads a BPF ring buffer in place. Source: kernel/bpf/ringbuf.c: a record is a header of eight bytes (length with two flag
// bits, page offset) and its data, rounded up to eight; positions only grow, their low bits are the place in the data.
// State and functions are apart, because one function over one shape of object is what V8 makes fastest.
import { mapShared, pageSizeBytes } from '../native/libc.ts'
import { type Memory, memoryOf } from './memory.ts'

const DISCARD = 0x4000_0000
const LENGTH = 0x3fff_ffff
const HEADER_BYTES = 8
/** x86 loads are ordered (acquire) as they are; Atomics.load costs a call, which is as much as the rest of the walk. */
const isOrdered = process.arch === 'x64'

export interface RingParts {
  readonly consumer: BigUint64Array
  readonly producer: BigUint64Array
  /** The data, and after it as much of its beginning as a record at its end may reach into. */
  readonly data: ArrayBuffer
  readonly dataOffset: number
  readonly sizeBytes: number
}

/** The largest record is far smaller: SCRATCH_BYTES of bpf/emit.h and the arguments of a program. */
const REACH_BYTES = 256 * 1024

export interface Ring {
  readonly memory: Memory
  readonly words: Int32Array
  readonly consumer: BigUint64Array
  readonly producer: BigUint64Array
  readonly sizeBytes: number
  readonly reachBytes: number
  /** Where the current record's data begins in `memory`, and its bytes. */
  at: number
  length: number
  /** Positions of the current record, of the one after it, and of the end of the snapshot. */
  position: number
  following: number
  end: number
}

/** A record is ready; all of the snapshot is read; the next record is still being written. */
export type RingState = 'record' | 'end' | 'busy'

export function createRing({ consumer, producer, data, dataOffset, sizeBytes }: RingParts): Ring {
  const position = Number(consumer[0])
  return {
    memory: memoryOf(data, dataOffset, sizeBytes + reachOf(sizeBytes)),
    words: new Int32Array(data, dataOffset, sizeBytes >>> 2),
    consumer,
    producer,
    sizeBytes,
    reachBytes: reachOf(sizeBytes),
    at: 0,
    length: 0,
    position,
    following: position,
    end: position,
  }
}

/** Takes the producer's position: `nextRecord` goes no further. */
export function snapshot(ring: Ring): void {
  ring.end = Number(Atomics.load(ring.producer, 0))
}

/** Goes to the next record of the snapshot: `at` and `length` then say where it is. */
export function nextRecord(ring: Ring): RingState {
  let position = ring.following
  while (position < ring.end) {
    const start = position & (ring.sizeBytes - 1)
    const header = isOrdered ? (ring.words[start >>> 2] as number) : Atomics.load(ring.words, start >>> 2)
    // the busy bit is the sign
    if (header < 0) {
      ring.position = position
      return 'busy'
    }
    const length = header & LENGTH
    const room = (length + HEADER_BYTES + 7) & ~7
    // never true for what a kernel writes; keeps a damaged ring from sending the reader out of bounds
    if (room > ring.reachBytes || position + room > ring.end) {
      position = ring.end
      break
    }
    ring.following = position + room
    if ((header & DISCARD) === 0) {
      ring.position = position
      ring.at = start + HEADER_BYTES
      ring.length = length
      return 'record'
    }
    position = ring.following
  }
  ring.position = position
  ring.following = position
  return 'end'
}

/** Gives the room of all records before the current one back to the kernel. */
export function release(ring: Ring): void {
  Atomics.store(ring.consumer, 0, BigInt(ring.position))
}

/** Makes the current record the next one again. */
export function rewind(ring: Ring): void {
  ring.following = ring.position
}

/** Goes back to the first record whose room was not given back, with a new snapshot. */
export function restart(ring: Ring): void {
  ring.following = Number(Atomics.load(ring.consumer, 0))
  snapshot(ring)
}

export interface MappedRing {
  readonly ring: Ring
  /** The ring must not be touched afterwards. */
  unmap(): void
}

/** How far a record goes beyond the end of the data. */
function reachOf(sizeBytes: number): number {
  return Math.min(sizeBytes, REACH_BYTES)
}

/**
 * Maps the ring behind a map's descriptor: consumer page for writing, producer page and data for reading. The kernel would map all of the
 * data a second time; each page that is mapped counts as memory of this process.
 */
export function mapRing(fd: number, sizeBytes: number): MappedRing {
  const consumer = mapShared(fd, 0, pageSizeBytes, 'read-write')
  const rest = mapShared(fd, pageSizeBytes, pageSizeBytes + sizeBytes + reachOf(sizeBytes), 'read')
  return {
    ring: createRing({
      consumer: new BigUint64Array(consumer.buffer, 0, 1),
      producer: new BigUint64Array(rest.buffer, 0, 1),
      data: rest.buffer,
      dataOffset: pageSizeBytes,
      sizeBytes,
    }),
    unmap() {
      consumer.unmap()
      rest.unmap()
    },
  }
}
