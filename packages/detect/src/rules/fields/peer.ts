// What kind of address a peer has. Ranges: RFC 1918, 3927, 4193, 6598; metadata services as the clouds document them.

const METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Azure, GCP, OpenStack, DigitalOcean, Oracle
  '169.254.170.2', // ECS task credentials
  '169.254.170.23', // EKS pod identity
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle (classic)
  '168.63.129.16', // Azure wire server
  'fd00:ec2::254', // AWS over IPv6
  'fd00:ec2::23',
  'fd20:ce::254', // GCP over IPv6
])

export type PeerKind = 'none' | 'loopback' | 'metadata' | 'link-local' | 'multicast' | 'private' | 'public'

export function peerKind(written: string): PeerKind {
  const address = written.startsWith('::ffff:') ? written.slice(7) : written
  if (METADATA.has(address)) return 'metadata'
  if (address.includes(':')) return kindOfIpv6(address)
  if (address.startsWith('127.')) return 'loopback'
  if (address === '0.0.0.0' || address === '') return 'none'
  if (address.startsWith('10.') || address.startsWith('192.168.')) return 'private'
  if (address.startsWith('169.254.')) return 'link-local'
  const dot = address.indexOf('.')
  const first = Number(address.slice(0, dot))
  const second = Number(address.slice(dot + 1, address.indexOf('.', dot + 1)))
  if (first === 172 && second >= 16 && second < 32) return 'private'
  if (first === 100 && second >= 64 && second < 128) return 'private'
  return first >= 224 ? 'multicast' : 'public'
}

function kindOfIpv6(address: string): PeerKind {
  if (address === '::1') return 'loopback'
  if (address === '::') return 'none'
  if (/^fe[89ab]/i.test(address)) return 'link-local'
  if (/^f[cd]/i.test(address)) return 'private'
  return /^ff/i.test(address) ? 'multicast' : 'public'
}
