// TCP connections as /proc shows them. Source: Documentation/networking/proc_net_tcp.rst: addresses are hexadecimal words
// in the machine's order, ports hexadecimal in network order.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { ipv4Of, ipv6Of, isMappedIpv4 } from '../record/address.ts'

const ESTABLISHED = 1
const SYN_SENT = 2
const LISTEN = 10
/** Descriptors looked through in one search for the owners of new sockets. */
const MAX_DESCRIPTORS = 50_000

export interface ProcSocket {
  readonly inode: number
  readonly direction: 'connect' | 'accept'
  readonly family: 'inet' | 'inet6'
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** Connections in the network namespace of a process. Who listens on the local port has accepted the others there. */
export function readSockets(pid: number): ProcSocket[] {
  const lines = ['tcp', 'tcp6'].flatMap((name) => {
    try {
      return readFileSync(`/proc/${pid}/net/${name}`, 'latin1').split('\n').slice(1)
    } catch {
      return []
    }
  })
  return parseSockets(lines)
}

export function parseSockets(lines: readonly string[]): ProcSocket[] {
  const rows = lines.map((line) => line.trim().split(/\s+/)).filter((row) => row.length >= 10)
  const state = (row: readonly string[]) => Number.parseInt(row[3] ?? '', 16)
  const listening = new Set(rows.filter((row) => state(row) === LISTEN).map((row) => portOf(row[1] ?? '')))
  const sockets: ProcSocket[] = []
  for (const row of rows) {
    if (state(row) !== ESTABLISHED && state(row) !== SYN_SENT) continue
    const local = endOf(row[1] ?? '')
    const remote = endOf(row[2] ?? '')
    const inode = Number(row[9])
    if (local === undefined || remote === undefined || !Number.isSafeInteger(inode) || inode === 0) continue
    sockets.push({
      inode,
      direction: listening.has(local.port) ? 'accept' : 'connect',
      family: remote.family,
      localAddress: local.address,
      localPort: local.port,
      remoteAddress: remote.address,
      remotePort: remote.port,
    })
  }
  return sockets
}

function portOf(text: string): number {
  return Number.parseInt(text.split(':')[1] ?? '', 16)
}

function endOf(text: string): { address: string; port: number; family: 'inet' | 'inet6' } | undefined {
  const [hex = ''] = text.split(':')
  const port = portOf(text)
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex) || Number.isNaN(port)) return undefined
  const bytes = new Uint8Array(hex.length / 2)
  const view = new DataView(bytes.buffer)
  for (let word = 0; word < bytes.length / 4; word++) {
    view.setUint32(4 * word, Number.parseInt(hex.slice(8 * word, 8 * word + 8), 16), true)
  }
  if (bytes.length === 4) return { address: ipv4Of(bytes, 0), port, family: 'inet' }
  if (isMappedIpv4(bytes, 0)) return { address: ipv4Of(bytes, 12), port, family: 'inet' }
  return { address: ipv6Of(bytes, 0), port, family: 'inet6' }
}

/** Which process holds each of these sockets; those that nobody is found for are left out. */
export function ownersOf(inodes: ReadonlySet<number>, pids: readonly number[]): Map<number, number> {
  const owners = new Map<number, number>()
  let left = MAX_DESCRIPTORS
  for (const pid of pids) {
    for (const descriptor of descriptorsOf(pid)) {
      if (owners.size === inodes.size || left-- <= 0) return owners
      const inode = socketInode(`/proc/${pid}/fd/${descriptor}`)
      if (inode !== undefined && inodes.has(inode) && !owners.has(inode)) owners.set(inode, pid)
    }
  }
  return owners
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
  } catch {
    return []
  }
}

function socketInode(path: string): number | undefined {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(path)) ?? []
    return inode === undefined ? undefined : Number(inode)
  } catch {
    return undefined
  }
}

/** A name for the network namespace of a process; undefined when it is gone or not ours to see. */
export function networkNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}
