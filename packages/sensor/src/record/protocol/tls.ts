// The server name that a TLS ClientHello asks for. Source: RFC 8446, section 4.1.2; RFC 6066, section 3.

const EXTENSION_SERVER_NAME = 0

/** undefined when there is none, or when it lies beyond the bytes that were kept. */
export function serverName(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const has = (at: number, size: number) => at + size <= bytes.length
  // record header 5, handshake header 4, version 2, random 32
  let at = 5 + 4 + 2 + 32
  if (!has(at, 1)) return undefined
  at += 1 + view.getUint8(at)
  if (!has(at, 2)) return undefined
  at += 2 + view.getUint16(at)
  if (!has(at, 1)) return undefined
  at += 1 + view.getUint8(at)
  if (!has(at, 2)) return undefined
  const end = at + 2 + view.getUint16(at)
  at += 2
  while (at + 4 <= end && has(at, 4)) {
    const type = view.getUint16(at)
    const size = view.getUint16(at + 2)
    at += 4
    if (type === EXTENSION_SERVER_NAME && has(at, 5)) {
      const length = view.getUint16(at + 3)
      if (!has(at + 5, length)) return undefined
      return Buffer.from(bytes.buffer, bytes.byteOffset + at + 5, length).toString('latin1')
    }
    at += size
  }
  return undefined
}
