// Sockets: their ends, what went through them, and what they speak.
import type { Descriptor, EventOf } from '@yagura/schema'
import { recordLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU32, readU64 } from '../../ring/memory.ts'
import { descriptorAt } from '../layer.ts'
import { classify } from '../protocol/classify.ts'
import { parseQuery } from '../protocol/dns.ts'
import * as record from '../records.ts'
import { remembering } from '../text.ts'
import type { Own } from './own.ts'

const { at: TRAFFIC } = recordLayout('traffic')
const { at: PROTOCOL, sizeBytes: PROTOCOL_BYTES } = recordLayout('protocol')
const { at: DNS, sizeBytes: DNS_BYTES } = recordLayout('dns')
const { at: SOCKET } = recordLayout('socket')
const { at: STDIO } = recordLayout('stdio')

export function socketFields(memory: Memory, at: number): Own<EventOf<'accept'>> {
  return {
    family: record.socketFamily(memory, at),
    protocol: record.socketProtocol(memory, at),
    localAddress: record.localAddress(memory, at),
    localPort: record.localPort(memory, at),
    remoteAddress: record.remoteAddress(memory, at),
    remotePort: record.remotePort(memory, at),
    socketId: String(record.socketInode(memory, at)),
  }
}

export function trafficFields(memory: Memory, at: number): Own<EventOf<'traffic'>> {
  return {
    family: record.socketFamily(memory, at),
    protocol: record.socketProtocol(memory, at),
    localAddress: record.localAddress(memory, at),
    localPort: record.localPort(memory, at),
    remoteAddress: record.remoteAddress(memory, at),
    remotePort: record.remotePort(memory, at),
    socketId: String(record.socketInode(memory, at)),
    sentBytes: readU64(memory, at + TRAFFIC.sentBytes),
    receivedBytes: readU64(memory, at + TRAFFIC.receivedBytes),
    ended: readU32(memory, at + TRAFFIC.ended) !== 0,
  }
}

/** undefined when there is nothing to say. Only the name and a word are kept of the bytes. */
export function protocolFields(memory: Memory, at: number, length: number): Own<EventOf<'protocol'>> | undefined {
  const start = at + PROTOCOL_BYTES
  const end = Math.min(start + readU32(memory, at + PROTOCOL.size), at + length)
  if (end <= start) return undefined
  const sent = readU32(memory, at + PROTOCOL.sent) !== 0
  return {
    ...socketFields(memory, at),
    ...classify(memory.bytes.subarray(start, end), record.remotePort(memory, at), sent),
    direction: sent ? 'sent' : 'received',
  }
}

/** Programs ask the same names again and again; the first two bytes are the query's number. */
const query = remembering(1024, (bytes, start, end) => parseQuery(bytes.subarray(start - 2, end)))

/** undefined when it is no query. */
export function queryAt(memory: Memory, at: number, length: number): ReturnType<typeof parseQuery> {
  const start = at + DNS_BYTES
  const end = Math.min(start + readU32(memory, at + DNS.size), at + length)
  return end - start <= 2 ? undefined : query(memory.bytes, start + 2, end)
}

/** Address families of include/linux/socket.h. */
const DOMAINS: Readonly<Record<number, string>> = {
  2: 'inet-raw',
  10: 'inet6-raw',
  15: 'key',
  16: 'netlink',
  17: 'packet',
  21: 'rds',
  29: 'can',
  30: 'tipc',
  31: 'bluetooth',
  33: 'rxrpc',
  38: 'alg',
  40: 'vsock',
  41: 'kcm',
  44: 'xdp',
}

export function unusualSocketFields(memory: Memory, at: number): Own<EventOf<'socket'>> {
  const domain = readU32(memory, at + SOCKET.domain)
  return {
    domain: DOMAINS[domain] ?? `family-${domain}`,
    socketType: readU32(memory, at + SOCKET.kind),
    protocolNumber: readU32(memory, at + SOCKET.protocol) | 0,
    result: readU32(memory, at + SOCKET.result) | 0,
  }
}

export function stdioFields(memory: Memory, at: number): { number: number; target: Descriptor } {
  return {
    number: Math.min(2, readU32(memory, at + STDIO.number)),
    target: descriptorAt(memory, at + STDIO.target),
  }
}
