// Peers over plain TCP and UDP. Each says as much as makes the other side go on, and writes down what it was told.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { peerRecord, plainAddress, type Recorder, TEXT_BYTES } from './record.ts'

interface Conduct {
  /** Said first, after a pause that lets a shell start. */
  readonly greeting?: string
  readonly pauseMs?: number
  /** What is said to something that was heard; undefined: nothing. */
  readonly reply?: (heard: string) => string | undefined
  readonly closeAfterMs?: number
}

const CONDUCT: Readonly<Record<string, Conduct>> = {
  c2: { greeting: 'id; exit\n', pauseMs: 150, closeAfterMs: 8000 },
  stratum: { reply: stratumReply },
  ssh: { greeting: 'SSH-2.0-OpenSSH_9.2\r\n', closeAfterMs: 1500 },
  redis: { reply: (heard) => (/ping/i.test(heard) ? '+PONG\r\n' : '+OK\r\n') },
  postgres: { reply: () => 'N' },
  irc: { reply: (heard) => (/USER /.test(heard) ? ':lab 001 x :welcome\r\n' : undefined) },
  silent: {},
}

/** Connections of strangers are bounded in time. */
const LONGEST_MS = 20_000

export function lineServer(peer: string, record: Recorder): Server {
  const conduct = CONDUCT[peer] ?? {}
  return createServer((socket) => {
    converse(socket, conduct, (sizeBytes, text) => {
      const { localAddress, localPort = 0, remoteAddress } = socket
      const from = plainAddress(remoteAddress)
      record(peerRecord(peer, { from, to: plainAddress(localAddress), port: localPort, sizeBytes, text }))
    })
  })
}

/** `note` is called when the connection is made (0 bytes), with the first bytes that come, and with all of them at the end. */
function converse(socket: Socket, conduct: Conduct, note: (sizeBytes: number, text: string) => void): void {
  let heard = ''
  let sizeBytes = 0
  note(0, '')
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    const text = chunk.toString('latin1')
    if (heard === '') note(sizeBytes, text.slice(0, TEXT_BYTES))
    if (heard.length < TEXT_BYTES) heard += text.slice(0, TEXT_BYTES - heard.length)
    const said = conduct.reply?.(text)
    if (said !== undefined) socket.write(said)
  })
  socket.on('close', () => {
    clearTimeout(end)
    if (sizeBytes > 0) note(sizeBytes, heard)
  })
  if (conduct.greeting !== undefined)
    setTimeout(() => socket.writable && socket.write(conduct.greeting ?? ''), conduct.pauseMs ?? 0)
  const end = setTimeout(() => socket.destroy(), conduct.closeAfterMs ?? LONGEST_MS)
}

function stratumReply(heard: string): string | undefined {
  if (!heard.trimStart().startsWith('{')) return undefined
  const job = { job_id: '1', blob: '00'.repeat(76), target: 'b88d0600' }
  return `${JSON.stringify({ id: 1, jsonrpc: '2.0', result: { id: 'lab', job, status: 'OK' }, error: null })}\n`
}

/** Answers every question with one address (RFC 1035); questions that are not for an address get no answer records. */
export function dnsServer(address: string, record: Recorder): UdpSocket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.on('error', () => {})
  socket.on('message', (message, { address: from }) => {
    const question = parseQuestion(message)
    if (question === undefined) return
    record(peerRecord('dns', { from, port: 53, path: question.name, sizeBytes: message.length }))
  })
  socket.on('message', (message, remote) => {
    const question = parseQuestion(message)
    if (question !== undefined) socket.send(dnsAnswer(message, question, address), remote.port, remote.address)
  })
  return socket
}

interface Question {
  readonly name: string
  readonly type: number
  /** Where the question ends in the message. */
  readonly end: number
}

function parseQuestion(message: Buffer): Question | undefined {
  const labels: string[] = []
  let at = 12
  for (;;) {
    const length = message[at]
    if (length === undefined || length > 63) return undefined
    at += 1
    if (length === 0) break
    labels.push(message.toString('latin1', at, at + length))
    at += length
  }
  if (at + 4 > message.length) return undefined
  return { name: labels.join('.'), type: message.readUInt16BE(at), end: at + 4 }
}

function dnsAnswer(query: Buffer, question: Question, address: string): Buffer {
  const isAddress = question.type === 1
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(isAddress ? 1 : 0, 6)
  header.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)])
  return Buffer.concat([header, query.subarray(12, question.end), ...(isAddress ? [record] : [])])
}

/** Counts datagrams and tells how many there were, at most four times a second. */
export function discardServer(record: Recorder): UdpSocket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 1 << 16 })
  const counts = new Map<string, number>()
  socket.on('error', () => {})
  socket.on('message', (message, { address }) => counts.set(address, (counts.get(address) ?? 0) + message.length))
  setInterval(() => {
    for (const [from, sizeBytes] of counts) record(peerRecord('discard', { from, port: 9, sizeBytes }))
    counts.clear()
  }, 250).unref()
  return socket
}
