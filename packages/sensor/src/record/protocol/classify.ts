// What the first bytes of a connection speak. Only the name of the protocol and one word leave this folder; the bytes are
// dropped with the record. Pure.
import type { EventOf } from '@yagura/schema'
import { serverName } from './tls.ts'

export interface Spoken {
  readonly name: EventOf<'protocol'>['name']
  readonly detail: string
}

const HTTP = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) (\S{1,200})/
const IRC = /^(?:NICK|USER|PASS|JOIN|CAP) \S|^:\S+ (?:NOTICE|00\d) /
const STRATUM = /"method"\s*:\s*"(mining\.\w+|login|getjob|submit|eth_submit\w*|keepalived)"/
const SHELL =
  /^(?:\S*[$#] |bash: |sh-\d|(?:sh|bash|ash): |id\n|id;|uname|whoami|ls\b|cat \/|cd \/|uid=\d+\(|Linux \S+ \d|exec |python3? -c)/
const LONGEST_DETAIL = 80

export function classify(bytes: Uint8Array, remotePort: number, sent: boolean): Spoken {
  const tls = tlsOf(bytes)
  if (tls !== undefined) return tls
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const http = HTTP.exec(text)
  // a path may carry secrets after the question mark
  if (http !== null) return { name: 'http', detail: printable(`${http[1]} ${(http[2] ?? '').replace(/[?#].*$/, '')}`) }
  if (text.startsWith('HTTP/1.')) return { name: 'http', detail: printable(text.slice(9, 12)) }
  if (text.startsWith('PRI * HTTP/2')) return { name: 'http', detail: 'HTTP/2' }
  if (text.startsWith('SSH-'))
    return { name: 'ssh', detail: printable((text.split(/\r?\n/)[0] ?? '').slice(0, LONGEST_DETAIL)) }
  const stratum = STRATUM.exec(text)
  if (stratum !== null) return { name: 'stratum', detail: stratum[1] ?? '' }
  const redis = redisOf(text)
  if (redis !== undefined) return redis
  if (IRC.test(text)) return { name: 'irc', detail: printable(text.split(/[ \r\n]/)[0] ?? '') }
  const database = databaseOf(bytes, text)
  if (database !== undefined) return database
  const socks = socksOf(bytes, remotePort, sent)
  if (socks !== undefined) return socks
  if (SHELL.test(text)) return { name: 'shell', detail: '' }
  return { name: 'other', detail: '' }
}

/** RFC 8446, section 5.1: handshake (22), version 3.x. */
function tlsOf(bytes: Uint8Array): Spoken | undefined {
  if (bytes[0] !== 22 || bytes[1] !== 3 || (bytes[2] ?? 9) > 4) return undefined
  return { name: 'tls', detail: bytes[5] === 1 ? printable(serverName(bytes) ?? '') : '' }
}

/** RESP arrays of strings, and inline commands. Source: the Redis protocol specification. */
function redisOf(text: string): Spoken | undefined {
  const array = /^\*\d{1,4}\r\n\$\d{1,3}\r\n([A-Za-z]{1,20})\r\n(?:\$\d{1,3}\r\n([A-Za-z]{1,10})\r\n)?/.exec(text)
  if (array !== null) {
    const command = (array[1] ?? '').toUpperCase()
    const takesVerb = command === 'CONFIG' || command === 'MODULE' || command === 'CLIENT' || command === 'SCRIPT'
    return { name: 'redis', detail: takesVerb && array[2] ? `${command} ${array[2].toUpperCase()}` : command }
  }
  const inline = /^(CONFIG|SLAVEOF|REPLICAOF|FLUSHALL|MODULE|EVAL|INFO|PING|AUTH)\b[^\n]*\r\n/i.exec(text)
  return inline === null ? undefined : { name: 'redis', detail: (inline[1] ?? '').toUpperCase() }
}

function databaseOf(bytes: Uint8Array, text: string): Spoken | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 8) {
    // PostgreSQL, "Message Formats": StartupMessage 3.0, SSLRequest
    const length = view.getUint32(0)
    const code = view.getUint32(4)
    if (length < 10_000 && (code === 196_608 || (length === 8 && code === 80_877_103))) {
      return { name: 'postgres', detail: '' }
    }
  }
  // MySQL: a packet of number 0 with protocol version 10 and a version in words
  if (bytes.length > 10 && bytes[3] === 0 && bytes[4] === 10 && /^\d+\.\d+\.\d+/.test(text.slice(5))) {
    return { name: 'mysql', detail: printable(text.slice(5, 25).split('\0')[0] ?? '') }
  }
  return undefined
}

/** RFC 1928 greeting, and the SOCKS4 request. */
function socksOf(bytes: Uint8Array, remotePort: number, sent: boolean): Spoken | undefined {
  const methods = bytes[1] ?? 0
  if (bytes[0] === 5 && methods >= 1 && methods <= 8 && bytes.length === 2 + methods)
    return { name: 'socks', detail: '5' }
  if (bytes[0] === 4 && bytes[1] === 1 && bytes.length >= 9 && bytes.at(-1) === 0 && (sent || remotePort === 1080)) {
    return { name: 'socks', detail: '4' }
  }
  return undefined
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_DETAIL)
}
