// ip() and cidr() of Kubernetes (apiserver/pkg/cel/library/ip.go and cidr.go), which read addresses as Go's netip does: no leading zeros,
// no zones, no IPv4 inside of IPv6.
import { CelFailure } from '../error.ts'
import { global, type Library, member, text } from '../function.ts'
import { CelObject, type CelValue, intOf } from '../value.ts'

interface Address {
  readonly family: 4 | 6
  readonly bits: bigint
}

class CelIp extends CelObject {
  readonly typeName = 'net.IP'
  readonly address: Address
  constructor(address: Address) {
    super()
    this.address = address
  }

  equals(other: CelObject): boolean {
    return other instanceof CelIp && same(this.address, other.address)
  }

  override text(): string {
    return addressText(this.address)
  }
}

class CelCidr extends CelObject {
  readonly typeName = 'net.CIDR'
  readonly address: Address
  readonly length: number
  constructor(address: Address, length: number) {
    super()
    this.address = address
    this.length = length
  }

  equals(other: CelObject): boolean {
    return other instanceof CelCidr && this.length === other.length && same(this.address, other.address)
  }

  override text(): string {
    return `${addressText(this.address)}/${this.length}`
  }
}

function same(left: Address, right: Address): boolean {
  return left.family === right.family && left.bits === right.bits
}

function parseV4(source: string): bigint | undefined {
  const parts = source.split('.')
  if (parts.length !== 4 || parts.some((one) => !/^(?:0|[1-9]\d{0,2})$/.test(one) || Number(one) > 255))
    return undefined
  return parts.reduce((bits, one) => (bits << 8n) | BigInt(one), 0n)
}

function parseV6(source: string): bigint | undefined {
  const halves = source.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...(head ?? []), ...(tail ?? [])]
  if (groups.some((one) => !/^[0-9a-fA-F]{1,4}$/.test(one))) return undefined
  const missing = 8 - groups.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const filled = [...(head ?? []), ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])]
  return filled.reduce((bits, one) => (bits << 16n) | BigInt(`0x${one}`), 0n)
}

function parseAddress(source: string): Address | undefined {
  if (source.length > 64) return undefined
  const v6 = source.includes(':')
  const bits = v6 ? parseV6(source) : parseV4(source)
  if (bits === undefined || (v6 && bits >> 32n === 0xffffn)) return undefined
  return { family: v6 ? 6 : 4, bits }
}

/** As RFC 5952 writes it: the longest run of zeros shortened, small letters. */
function addressText({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - index * 16)) & 0xffffn).toString(16))
  let best = { at: -1, length: 1 }
  for (let at = 0; at < 8; at++) {
    let length = 0
    while (groups[at + length] === '0') length++
    if (length > best.length) best = { at, length }
  }
  if (best.at < 0) return groups.join(':')
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`
}

function parseCidr(source: string): CelCidr | undefined {
  const [, host = '', length = ''] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(source) ?? []
  const address = parseAddress(host)
  if (!address || length === '' || Number(length) > width(address)) return undefined
  return new CelCidr(address, Number(length))
}

function width(address: Address): number {
  return address.family === 4 ? 32 : 128
}

function masked({ address, length }: CelCidr): Address {
  const rest = BigInt(width(address) - length)
  return { family: address.family, bits: (address.bits >> rest) << rest }
}

function isIp(value: CelValue): value is CelIp {
  return value instanceof CelIp
}

function isCidr(value: CelValue): value is CelCidr {
  return value instanceof CelCidr
}

function ipOf(value: CelValue): CelIp {
  if (value instanceof CelIp) return value
  const address = parseAddress(text(value))
  if (!address) throw new CelFailure(`not an IP address: ${text(value).slice(0, 64)}`)
  return new CelIp(address)
}

function cidrOf(value: CelValue): CelCidr {
  if (value instanceof CelCidr) return value
  const cidr = parseCidr(text(value))
  if (!cidr) throw new CelFailure(`not a CIDR: ${text(value).slice(0, 64)}`)
  return cidr
}

function within(cidr: CelCidr, address: Address): boolean {
  if (address.family !== cidr.address.family) return false
  const rest = BigInt(width(address) - cidr.length)
  return address.bits >> rest === cidr.address.bits >> rest
}

function question(ask: (address: Address) => boolean) {
  return [member(1, isIp, (_, ip) => ask(ipOf(ip).address))]
}

function inRange(address: Address, v4: string | undefined, v6: string | undefined): boolean {
  const range = address.family === 4 ? v4 : v6
  return range !== undefined && within(cidrOf(range), address)
}

const isUnspecified = (address: Address) => address.bits === 0n
const isLoopback = (address: Address) => inRange(address, '127.0.0.0/8', '::1/128')
const isMulticast = (address: Address) => inRange(address, '224.0.0.0/4', 'ff00::/8')
const isLinkLocal = (address: Address) => inRange(address, '169.254.0.0/16', 'fe80::/10')
const isBroadcast = (address: Address) => address.family === 4 && address.bits === 0xffffffffn

export const ip: Library = {
  ip: [global(1, (_, value) => ipOf(text(value))), member(1, isCidr, (_, value) => new CelIp(cidrOf(value).address))],
  isIP: [global(1, (_, value) => parseAddress(text(value)) !== undefined)],
  'ip.isCanonical': [global(1, (_, value) => ipOf(text(value)).text() === value)],
  family: [member(1, isIp, (_, value) => intOf(ipOf(value).address.family))],
  isUnspecified: question(isUnspecified),
  isLoopback: question(isLoopback),
  isLinkLocalMulticast: question((address) => inRange(address, '224.0.0.0/24', 'ff02::/16')),
  isLinkLocalUnicast: question(isLinkLocal),
  isGlobalUnicast: question(
    (address) =>
      !isUnspecified(address) &&
      !isLoopback(address) &&
      !isMulticast(address) &&
      !isLinkLocal(address) &&
      !isBroadcast(address),
  ),
  cidr: [global(1, (_, value) => cidrOf(text(value)))],
  isCIDR: [global(1, (_, value) => parseCidr(text(value)) !== undefined)],
  containsIP: [member(2, isCidr, (_, cidr, value) => within(cidrOf(cidr), ipOf(value).address))],
  containsCIDR: [
    member(2, isCidr, (_, cidr, value) => {
      const [outer, inner] = [cidrOf(cidr), cidrOf(value)]
      return inner.length >= outer.length && within(outer, inner.address)
    }),
  ],
  masked: [member(1, isCidr, (_, cidr) => new CelCidr(masked(cidrOf(cidr)), cidrOf(cidr).length))],
  prefixLength: [member(1, isCidr, (_, cidr) => intOf(cidrOf(cidr).length))],
}
