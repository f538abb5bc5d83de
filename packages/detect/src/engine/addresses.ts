// What an address says by itself.
import { hashText } from '../tags/hash.ts'
import { createTextCache } from '../text-cache.ts'

export interface AddressFacts {
  readonly isLoopback: boolean
  readonly hash: number
  /** The same with other seeds: for the edges of peers, and as the other half of a key. */
  readonly edgeHash: number
  readonly otherHash: number
  /** Hash of the address as it stands before a port: in brackets when it is one of IPv6. */
  readonly peerHash: number
  /** The network that it most likely shares with its neighbours: /24, or /64 of IPv6. */
  readonly neighbourhood: string
}

const ADDRESS_SLOTS = 2048
/** Each address is taken apart once. */
export const addressFacts: (address: string) => AddressFacts = createTextCache(ADDRESS_SLOTS, (address) => ({
  isLoopback: isLoopbackText(address),
  hash: hashText(address),
  edgeHash: hashText(address, 21),
  otherHash: hashText(address, 3),
  peerHash: hashText(address.includes(':') ? `[${address}]` : address),
  neighbourhood: neighbourhood(address),
}))

export function isLoopback(address: string): boolean {
  return addressFacts(address).isLoopback
}

function isLoopbackText(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.') || address === ''
}

function neighbourhood(address: string): string {
  if (address.includes(':')) return address.split(':').slice(0, 4).join(':')
  return address.slice(0, address.lastIndexOf('.'))
}
