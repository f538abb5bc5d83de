// Bytes of names to text. Valid UTF-8 is kept as it is; every byte that is not part of it is written \xNN, so that no byte
// is lost and the text can be stored anywhere.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Longer values are read anew each time, so that a table's memory is bounded by its slots. */
const LONGEST_KEY = 256

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let ascii = true
  for (let index = start; index < end; index++) {
    if ((bytes[index] as number) >= 0x80) {
      ascii = false
      break
    }
  }
  if (ascii) return latin1(bytes, start, end)
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    return escaped(bytes, start, end)
  }
}

/** Without a Buffer made for each text. */
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string
}

/** One character a byte: an exact key for bytes. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 8) return latin1Slice.call(bytes, start, end)
  let text = ''
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index] as number)
  return text
}

function escaped(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let index = start; index < end; ) {
    const size = sequenceSize(bytes, index, end)
    if (size === 0) {
      text += `\\x${(bytes[index] as number).toString(16).padStart(2, '0')}`
      index++
    } else {
      text += decoder.decode(bytes.subarray(index, index + size))
      index += size
    }
  }
  return text
}

/** Bytes of the valid UTF-8 sequence at `index`; 0 when there is none. */
function sequenceSize(bytes: Uint8Array, index: number, end: number): number {
  const first = bytes[index] as number
  const size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (size === 0 || index + size > end) return 0
  try {
    decoder.decode(bytes.subarray(index, index + size))
    return size
  } catch {
    return 0
  }
}

export type BytesReader<T> = (bytes: Uint8Array, start: number, end: number) => T

/**
 * Remembers what bytes were read as: names repeat far more often than they change. Direct-mapped, so memory is bounded
 * and a lookup costs a hash and a comparison. `slots` is a power of two.
 */
export function remembering<T>(slots: number, read: BytesReader<T>): BytesReader<T> {
  const keys: (string | undefined)[] = new Array(slots)
  const values: T[] = new Array(slots)
  return (bytes, start, end) => {
    if (end - start > LONGEST_KEY) return read(bytes, start, end)
    let hash = end - start
    for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + (bytes[index] as number)) | 0
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const key = keys[slot]
    if (key !== undefined && sameBytes(key, bytes, start, end)) return values[slot] as T
    const value = read(bytes, start, end)
    keys[slot] = latin1(bytes, start, end)
    values[slot] = value
    return value
  }
}

function sameBytes(key: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false
  for (let index = 0; index < key.length; index++) {
    if (key.charCodeAt(index) !== bytes[start + index]) return false
  }
  return true
}

const WORDS = 32

/**
 * The same for texts that begin at a multiple of four, compared by words; longer ones than 128 bytes are read anew. Behind the end
 * there is memory to read, if not text: records are followed by others, or by the ring once more.
 */
export function rememberingWords<T>(
  slots: number,
  read: BytesReader<T>,
): (u32: Uint32Array, bytes: Uint8Array, start: number, end: number) => T {
  const keys = new Uint32Array(slots * WORDS)
  const sizes = new Int16Array(slots).fill(-1)
  const values: T[] = new Array(slots)
  return (u32, bytes, start, end) => {
    const size = end - start
    const whole = size >>> 2
    if (whole >= WORDS) return read(bytes, start, end)
    const first = start >>> 2
    let hash = size
    for (let index = 0; index < whole; index++) hash = Math.imul(hash ^ (u32[first + index] as number), 0x9e3779b1)
    const rest = size & 3
    const last = rest === 0 ? 0 : (u32[first + whole] as number) & ((1 << (8 * rest)) - 1)
    hash = Math.imul(hash ^ last, 0x9e3779b1)
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const key = slot * WORDS
    if (sizes[slot] === size && keys[key + whole] === last >>> 0) {
      let same = 0
      while (same < whole && keys[key + same] === u32[first + same]) same++
      if (same === whole) return values[slot] as T
    }
    const value = read(bytes, start, end)
    sizes[slot] = size
    for (let index = 0; index < whole; index++) keys[key + index] = u32[first + index] as number
    keys[key + whole] = last
    values[slot] = value
    return value
  }
}

/** The same for names in a fixed field of 16 bytes at a multiple of four, compared by words. */
export function rememberingNames(slots: number): (u32: Uint32Array, bytes: Uint8Array, at: number) => string {
  const keys = new Uint32Array(4 * slots)
  const values: string[] = new Array(slots).fill('')
  return (u32, bytes, at) => {
    const index = at >>> 2
    const a = u32[index] as number
    const b = u32[index + 1] as number
    const c = u32[index + 2] as number
    const d = u32[index + 3] as number
    const hash = Math.imul(Math.imul(Math.imul(a, 31) ^ b, 31) ^ c, 31) ^ d
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const key = 4 * slot
    if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d)
      return values[slot] as string
    let end = at
    while (end < at + 16 && bytes[end] !== 0) end++
    keys.set([a, b, c, d], key)
    values[slot] = textOf(bytes, at, end)
    return values[slot] as string
  }
}
