// The question of a DNS query. Source: RFC 1035, sections 4.1.1, 4.1.2 and 3.1.
const HEADER_BYTES = 12
const MAX_NAME = 255

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  10: 'NULL',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  48: 'DNSKEY',
  64: 'SVCB',
  65: 'HTTPS',
  252: 'AXFR',
  255: 'ANY',
}

/** undefined when the bytes are no standard query with a question. */
export function parseQuery(bytes: Uint8Array): { name: string; queryType: string } | undefined {
  if (bytes.length < HEADER_BYTES + 5) return undefined
  // a response has the top bit, other operations have the next four
  if (((bytes[2] as number) & 0xf8) !== 0) return undefined
  if (word(bytes, 4) === 0) return undefined
  let name = ''
  let at = HEADER_BYTES
  while (at < bytes.length) {
    const size = bytes[at] as number
    if (size === 0) {
      if (at + 5 > bytes.length) return undefined
      const type = word(bytes, at + 1)
      return { name: name === '' ? '.' : name, queryType: TYPES[type] ?? String(type) }
    }
    // a question has no name to point back to
    if (size > 63 || at + 1 + size > bytes.length || name.length + size > MAX_NAME) return undefined
    if (name !== '') name += '.'
    for (let index = at + 1; index <= at + size; index++) name += letter(bytes[index] as number)
    at += 1 + size
  }
  return undefined
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

/** Letters as they are; others as `\DDD`, as zone files write them. */
function letter(byte: number): string {
  if (byte > 32 && byte < 127 && byte !== 0x2e && byte !== 0x5c) return String.fromCharCode(byte)
  return `\\${String(byte).padStart(3, '0')}`
}
