// The ports that somebody listens on in a container's own network, from /proc/PID/net. No runtime needs to tell them, and those
// that a program opened without declaring them are there too. Format: Documentation/networking/proc_net_tcp.rst.
import { closeSync, openSync, readSync } from 'node:fs'
import type { PortFact } from '@yagura/schema'

const TABLES = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const

const TCP_LISTEN = '0A'
/** UDP has no listening state: a socket without a peer waits for anybody. */
const UDP_UNCONNECTED = '07'
/** Where Linux takes ports for clients from (ip_local_port_range): an unconnected UDP socket there is one that asks, not serves. */
const EPHEMERAL_FROM = 32_768
const CHUNK_BYTES = 64 * 1024
const BYTES_MAX = 1024 * 1024
const PORTS_MAX = 512

/** Ascending, each once; empty when the process is gone or may not be read. */
export function listeningPorts(pid: number): PortFact[] {
  const ports = new Map<string, PortFact>()
  for (const [table, protocol] of TABLES) {
    for (const containerPort of parseListening(readTable(`/proc/${pid}/net/${table}`), protocol))
      ports.set(`${protocol} ${containerPort}`, { protocol, containerPort, hostPort: null, hostAddress: null })
  }
  return [...ports.values()]
    .sort((a, b) => a.protocol.localeCompare(b.protocol) || a.containerPort - b.containerPort)
    .slice(0, PORTS_MAX)
}

/** Ports of the sockets in one table that wait for anybody beyond the loopback of IPv4 (127.0.0.0/8) and IPv6 (::1). */
export function parseListening(text: string, protocol: 'tcp' | 'udp'): number[] {
  const waiting = protocol === 'tcp' ? TCP_LISTEN : UDP_UNCONNECTED
  return text.split('\n').flatMap((line) => {
    const [, address, port, state] =
      /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line) ?? []
    if (address === undefined || port === undefined || state !== waiting || isLoopback(address)) return []
    const number = Number.parseInt(port, 16)
    return number === 0 || (protocol === 'udp' && number >= EPHEMERAL_FROM) ? [] : [number]
  })
}

/** Words are in the machine's order, which is little-endian wherever Yagura runs. */
function isLoopback(address: string): boolean {
  return address.length === 8 ? address.endsWith('7F') : address === '00000000000000000000000001000000'
}

const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)

function readTable(path: string): string {
  let file: number | undefined
  let text = ''
  try {
    file = openSync(path, 'r')
    while (text.length < BYTES_MAX) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null)
      if (read === 0) break
      text += chunk.toString('latin1', 0, read)
    }
    return text
  } catch {
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
