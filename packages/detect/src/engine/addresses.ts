// What an address says by itself.

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.') || address === ''
}

/** The network that an address most likely shares with its neighbours: /24, or /64 of IPv6. */
export function neighbourhood(address: string): string {
  if (address.includes(':')) return address.split(':').slice(0, 4).join(':')
  return address.slice(0, address.lastIndexOf('.'))
}
