// The bytes of a ring seen as numbers of several widths. Records lie at multiples of eight and never wrap, because the
// data pages are mapped twice in a row.

export interface Memory {
  readonly bytes: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
}

export function memoryOf(buffer: ArrayBuffer, offset = 0, sizeBytes: number = buffer.byteLength - offset): Memory {
  return {
    bytes: new Uint8Array(buffer, offset, sizeBytes),
    u16: new Uint16Array(buffer, offset, sizeBytes >>> 1),
    u32: new Uint32Array(buffer, offset, sizeBytes >>> 2),
  }
}

/** A u64 as a number: exact below 2^53, which clocks reach after 104 days and then lose one nanosecond. */
export function readU64(memory: Memory, at: number): number {
  const index = at >>> 2
  return (memory.u32[index + 1] as number) * 0x1_0000_0000 + (memory.u32[index] as number)
}

export function readU32(memory: Memory, at: number): number {
  return memory.u32[at >>> 2] as number
}

export function readU16(memory: Memory, at: number): number {
  return memory.u16[at >>> 1] as number
}

export function readU8(memory: Memory, at: number): number {
  return memory.bytes[at] as number
}
