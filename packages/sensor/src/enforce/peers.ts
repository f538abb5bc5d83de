// Networks in CIDR notation as the kernel half compares them: IPv6, with IPv4 as ::ffff:a.b.c.d.
import { isIPv4, isIPv6 } from 'node:net'

export interface Network {
  readonly address: Uint8Array
  readonly mask: Uint8Array
}

const MAPPED_BITS = 96

/** undefined when it is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [host, prefix, ...rest] = text.split('/')
  if (host === undefined || rest.length > 0) return undefined
  const v4 = isIPv4(host)
  if (!v4 && !isIPv6(host)) return undefined
  const most = v4 ? 32 : 128
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (!(bits >= 0 && bits <= most)) return undefined
  const address = v4 ? mapped(host) : parseIpv6(host)
  return { address, mask: maskOf(v4 ? bits + MAPPED_BITS : bits) }
}

function mapped(host: string): Uint8Array {
  const bytes = new Uint8Array(16)
  bytes.fill(0xff, 10, 12)
  bytes.set(host.split('.').map(Number), 12)
  return bytes
}

function maskOf(bits: number): Uint8Array {
  const bytes = new Uint8Array(16)
  for (let bit = 0; bit < bits; bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7))
  return bytes
}

/** RFC 4291, section 2.2; the text was found valid before. */
function parseIpv6(host: string): Uint8Array {
  const [plain = ''] = host.split('%')
  const [head = '', tail] = plain.split('::')
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const middle = new Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0)
  const bytes = new Uint8Array(16)
  const all = [...left, ...middle, ...right]
  for (const [index, group] of all.entries()) {
    bytes[2 * index] = group >> 8
    bytes[2 * index + 1] = group & 0xff
  }
  return bytes
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}
