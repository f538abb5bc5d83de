// Both ends of a connection as Falco writes them: 10.0.0.1:40000->10.0.0.2:80.

interface Connection {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

export function addressText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export function connectionName(event: Connection & { readonly type: string }): string {
  const local = addressText(event.localAddress, event.localPort)
  const remote = addressText(event.remoteAddress, event.remotePort)
  if (event.type === 'listen') return local
  return event.type === 'accept' ? `${remote}->${local}` : `${local}->${remote}`
}
