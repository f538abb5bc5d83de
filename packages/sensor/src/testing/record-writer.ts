// Writes records and rings as the kernel half does, from the same table; for tests and benchmarks without a kernel.
import { RECORDS, type RecordName, recordLayout } from '@yagura/schema/kernel-record'
import { createRing, type Ring } from '../ring/ring.ts'

export type FieldValues = Readonly<Record<string, number | Uint8Array>>

/** Bytes of one record; fields left out are 0. */
export function recordBytes(name: RecordName, values: FieldValues, tail: Uint8Array = new Uint8Array()): Uint8Array {
  const layout = recordLayout(name)
  const bytes = new Uint8Array(layout.sizeBytes + tail.byteLength)
  const view = new DataView(bytes.buffer)
  const all: FieldValues = { ...values, type: RECORDS[name].type }
  for (const { name: field, type, offset, sizeBytes } of layout.fields) {
    const value = all[field] ?? 0
    if (typeof value !== 'number') bytes.set(value.subarray(0, sizeBytes), offset)
    else if (type === 'u8') view.setUint8(offset, value)
    else if (type === 'u16') view.setUint16(offset, value, true)
    else if (type === 'u32') view.setUint32(offset, value, true)
    else if (type === 'u64') view.setBigUint64(offset, BigInt(value), true)
  }
  bytes.set(tail, layout.sizeBytes)
  return bytes
}

/** Names of a path from the last one up, each ended by NUL. */
export function pathTail(path: string): Uint8Array {
  const names = path.split('/').filter((name) => name !== '')
  return Buffer.from(
    names
      .reverse()
      .map((name) => `${name}\0`)
      .join(''),
  )
}

export interface ExecParts {
  readonly args: readonly string[]
  readonly exe: string
  readonly cwd: string
}

export function execBytes(values: FieldValues, { args, exe, cwd }: ExecParts): Uint8Array {
  const parts = [Buffer.from(args.map((each) => `${each}\0`).join('')), pathTail(exe), pathTail(cwd)]
  const [argsSize = 0, exeSize = 0, cwdSize = 0] = parts.map((part) => part.byteLength)
  return recordBytes('exec', { argsTotal: argsSize, ...values, argsSize, exeSize, cwdSize }, Buffer.concat(parts))
}

export interface WritableRing {
  readonly ring: Ring
  /** False when the ring is full. */
  write(record: Uint8Array): boolean
  /** Takes room and leaves the record unfinished until the result is called; undefined when the ring is full. */
  reserve(record: Uint8Array): (() => void) | undefined
}

const HEADER_BYTES = 8
const BUSY = 0x8000_0000

/** A ring in ordinary memory. What the second mapping would show is kept up to date by copying. */
export function createWritableRing(sizeBytes: number): WritableRing {
  const positions = new BigUint64Array(2)
  const consumer = positions.subarray(0, 1)
  const producer = positions.subarray(1, 2)
  const data = new ArrayBuffer(2 * sizeBytes)
  const bytes = new Uint8Array(data)
  const view = new DataView(data)
  const ring = createRing({ consumer, producer, data, dataOffset: 0, sizeBytes })

  function put(at: number, source: Uint8Array): void {
    for (let index = 0; index < source.byteLength; index++) {
      const place = (at + index) % sizeBytes
      bytes[place] = source[index] as number
      bytes[place + sizeBytes] = source[index] as number
    }
  }

  function reserve(record: Uint8Array): (() => void) | undefined {
    const position = Number(producer[0])
    const room = (record.byteLength + HEADER_BYTES + 7) & ~7
    if (position + room - Number(consumer[0]) > sizeBytes) return undefined
    const at = position % sizeBytes
    view.setUint32(at, record.byteLength + BUSY, true)
    producer[0] = BigInt(position + room)
    return () => {
      put(at + HEADER_BYTES, record)
      view.setUint32(at, record.byteLength, true)
    }
  }

  return {
    ring,
    reserve,
    write(record) {
      const finish = reserve(record)
      finish?.()
      return finish !== undefined
    },
  }
}
