// The outside of a snapshot: mark, version, lengths and a checksum, so that a torn or foreign file is known as such.
//   'YGDS'  u32 version  u32 length of JSON  u32 length of cells  u32 checksum  JSON  cells of the sketch

export const SNAPSHOT_VERSION = 1
const MARK = 0x53444759
const HEADER = 20
/** More than a snapshot ever holds. */
const BYTES_MAX = 64 * 1024 * 1024

export interface Envelope {
  readonly json: unknown
  readonly cells: Uint8Array
}

export function seal(json: unknown, cells: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json))
  const bytes = new Uint8Array(HEADER + text.length + cells.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MARK, true)
  view.setUint32(4, SNAPSHOT_VERSION, true)
  view.setUint32(8, text.length, true)
  view.setUint32(12, cells.length, true)
  bytes.set(text, HEADER)
  bytes.set(cells, HEADER + text.length)
  view.setUint32(16, checksum(bytes.subarray(HEADER)), true)
  return bytes
}

/** Undefined when it is not a whole snapshot of this version. */
export function unseal(bytes: Uint8Array): Envelope | undefined {
  if (bytes.length < HEADER || bytes.length > BYTES_MAX) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MARK || view.getUint32(4, true) !== SNAPSHOT_VERSION) return undefined
  const textLength = view.getUint32(8, true)
  const cellsLength = view.getUint32(12, true)
  if (HEADER + textLength + cellsLength !== bytes.length) return undefined
  if (view.getUint32(16, true) !== checksum(bytes.subarray(HEADER))) return undefined
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER, HEADER + textLength)))
    return { json, cells: bytes.slice(HEADER + textLength) }
  } catch {
    return undefined
  }
}

/** Adler-32 (RFC 1950). */
function checksum(bytes: Uint8Array): number {
  let low = 1
  let high = 0
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + 3800, bytes.length)
    for (; at < end; at++) {
      low += bytes[at] as number
      high += low
    }
    low %= 65_521
    high %= 65_521
  }
  return ((high << 16) | low) >>> 0
}
