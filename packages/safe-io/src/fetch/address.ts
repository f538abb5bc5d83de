// Which addresses a stranger's name may lead to. What the registries of IANA call special is not public (RFC 6890 and its updates);
// link-local ones, where clouds keep the metadata and credentials of a machine, are never reached by name.
import { BlockList, isIP, isIPv4 } from 'node:net'

export type AddressKind = 'public' | 'private' | 'metadata'

const METADATA = new BlockList()
METADATA.addSubnet('169.254.0.0', 16)
METADATA.addSubnet('fe80::', 10, 'ipv6')
METADATA.addAddress('fd00:ec2::254', 'ipv6')
METADATA.addAddress('fd20:ce::254', 'ipv6')
METADATA.addAddress('100.100.100.200')
METADATA.addAddress('192.0.0.192')
// the server that hands out certificates and extensions of Azure's machines, at an address that looks public
METADATA.addAddress('168.63.129.16')

const SPECIAL = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  SPECIAL.addSubnet(network, prefix)
// Teredo, documentation and 6to4 carry addresses of other networks inside of global unicast
for (const [network, prefix] of [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  SPECIAL.addSubnet(network, prefix, 'ipv6')

const GLOBAL_UNICAST = new BlockList()
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6')

/** Text that is no address counts as private. */
export function addressKind(text: string): AddressKind {
  const address = text.replace(/%.*$/, '')
  if (isIP(address) === 0) return 'private'
  if (isIPv4(address)) return kindOfV4(address)
  const mapped = mappedV4(address)
  if (mapped !== undefined) return kindOfV4(mapped) === 'metadata' ? 'metadata' : 'private'
  if (METADATA.check(address, 'ipv6')) return 'metadata'
  return GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6') ? 'public' : 'private'
}

function kindOfV4(address: string): AddressKind {
  if (METADATA.check(address)) return 'metadata'
  return SPECIAL.check(address) ? 'private' : 'public'
}

/** ::ffff:a.b.c.d in either of its spellings (RFC 4291, 2.5.5.2). */
function mappedV4(address: string): string | undefined {
  const host = new URL(`http://[${address}]`).hostname
  const parts = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host)
  if (!parts) return undefined
  const [high, low] = [Number.parseInt(parts[1] ?? '', 16), Number.parseInt(parts[2] ?? '', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
