// Connections: who is a server, who talks to a stranger, and what that means for what they have read.
import type { EventOf } from '@yagura/schema'
import { NET_NEW, SECRET } from '../../tags/bits.ts'
import { hashText, mix } from '../../tags/hash.ts'
import { TOKEN } from '../../tags/marks.ts'
import { isLoopback } from '../addresses.ts'
import { checkBeacon } from '../behaviour/beacon.ts'
import { AUTH_SPRAY, SHELL_CONNECT, SHELL_IRC, SHELL_PROTOCOL, TOKEN_USE } from '../behaviour/catalogue.ts'
import { checkScriptTheft, checkSent } from '../behaviour/exfiltration.ts'
import { checkBehind, checkShell } from '../behaviour/shell.ts'
import { checkSweep } from '../behaviour/sweep.ts'
import { peerEdge } from '../edges.ts'
import type { Connection, Process } from '../process.ts'
import { isShell } from '../programs.ts'
import { named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'

const CONNECTIONS_MAX = 16
const EINPROGRESS = -115
/** Where the Kubernetes API and the kubelet listen. */
const KUBERNETES_PORTS = new Set([443, 6443, 8443, 10250, 16443])
/** Services that ask for a password. */
const LOGIN_PORTS = new Set([21, 22, 23, 389, 1433, 1521, 2222, 3306, 3389, 5432, 5900, 5985, 6379, 9042, 27017])
const SPRAY_TRIES = 4
const SPRAY_MS = 60_000
const TOKEN_FRESH_MS = 2 * 60_000

export function applyConnect(state: EngineState, event: EventOf<'connect'>, process: Process): void {
  const { nowMs } = state
  const { remoteAddress, remotePort } = event
  const edge = peerEdge(process, remoteAddress, remotePort)
  const loops = isLoopback(remoteAddress)
  const failed = event.result !== undefined && event.result < 0 && event.result !== EINPROGRESS
  const isExpected = !loops && state.isExpected(process, edge)
  if (!loops) state.learn(process, edge)
  const { counters } = process.lineage
  if (loops) return
  const host = hashText(remoteAddress)
  counters.add('connect', host, nowMs)
  counters.add('host', host, nowMs)
  counters.add('peer', mix(host, remotePort), nowMs)
  counters.add(`port ${remoteAddress}`.slice(0, 64), remotePort, nowMs)
  if (failed) counters.add('failed-connect', host, nowMs)
  if (event.protocol === 'tcp' && !isExpected) checkSweep(state, event, process)
  if (failed) return
  addConnection(state, process, {
    address: remoteAddress,
    port: remotePort,
    socketId: event.socketId ?? '',
    eventId: event.id,
    atMs: nowMs,
    isOutgoing: true,
    isLoopback: loops,
    isExpected,
    sentBytes: 0,
    ended: false,
  })
  if (isExpected) return
  state.tag(process, NET_NEW)
  if (event.protocol === 'tcp') {
    checkSpray(state, event, process)
    checkBeacon(state, event, process)
    checkTokenUse(state, event, process)
  }
  if (isShell(process)) seeShellConnect(state, event, process)
  checkShell(state, process, event.id)
  checkBehind(state, process, event.id)
}

export function applyAccept(state: EngineState, event: EventOf<'accept'>, process: Process): void {
  process.isServer = true
  process.serving++
  process.servedAtMs = state.nowMs
  const loops = isLoopback(event.remoteAddress)
  addConnection(state, process, {
    address: event.remoteAddress,
    port: event.remotePort,
    socketId: event.socketId ?? '',
    eventId: event.id,
    atMs: state.nowMs,
    isOutgoing: false,
    isLoopback: loops,
    isExpected: false,
    sentBytes: 0,
    ended: false,
  })
}

export function applyListen(_state: EngineState, _event: EventOf<'listen'>, process: Process): void {
  process.isServer = true
}

export function applyTraffic(state: EngineState, event: EventOf<'traffic'>, process: Process): void {
  const connection = process.connections.find((one) =>
    event.socketId !== undefined && one.socketId !== ''
      ? one.socketId === event.socketId
      : one.port === event.remotePort && one.address === event.remoteAddress,
  )
  if (connection !== undefined) {
    connection.sentBytes = event.sentBytes
    if (event.ended && !connection.ended) {
      connection.ended = true
      if (!connection.isOutgoing) process.serving = Math.max(0, process.serving - 1)
    }
  }
  if (isLoopback(event.remoteAddress)) return
  if (connection !== undefined && !connection.isOutgoing) return
  checkSent(state, event, process)
}

export function applyProtocol(state: EngineState, event: EventOf<'protocol'>, process: Process): void {
  if (isLoopback(event.remoteAddress)) return
  checkScriptTheft(state, event, process)
  if (event.direction !== 'sent' || !isShell(process)) return
  const { name } = event
  if (name !== 'redis' && name !== 'irc' && name !== 'postgres' && name !== 'mysql' && name !== 'socks') return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: name === 'irc' ? SHELL_IRC : SHELL_PROTOCOL,
    process,
    sentence: sentence(
      `The shell ${named(process)} speaks ${name} with ${where}.`,
      `シェル ${named(process)} が ${where} と ${name} で通信した。`,
      `shell ${named(process)} 与 ${where} 使用 ${name} 协议通信。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: name, edge: 'connected' },
  })
}

function addConnection(state: EngineState, process: Process, connection: Connection): void {
  if (process.connections.length >= CONNECTIONS_MAX) {
    const over = process.connections.findIndex((one) => one.ended)
    process.connections.splice(Math.max(0, over), 1)
  }
  process.connections.push(connection)
  state.links.noteSocket(connection)
}

function seeShellConnect(state: EngineState, event: EventOf<'connect'>, process: Process): void {
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: SHELL_CONNECT,
    process,
    sentence: sentence(
      `The shell ${named(process)} opened a connection to ${where} itself.`,
      `シェル ${named(process)} が自ら ${where} への接続を開いた。`,
      `shell ${named(process)} 自行连接到 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'connected by a shell', edge: 'connected' },
  })
}

/** Shells and scripts that come back to a service that asks for a password, again and again. */
function checkSpray(state: EngineState, event: EventOf<'connect'>, process: Process): void {
  if (!LOGIN_PORTS.has(event.remotePort) || process.isContainerInit || process.isServer) return
  if (process.lineage.kind === 'host') return
  const key = `try ${event.remoteAddress} ${event.remotePort}`.slice(0, 64)
  const { counters } = process.lineage
  counters.add(key, hashText(process.startNs, process.pid), state.nowMs)
  const isScripted = isShell(process) || process.parent?.exe !== process.exe
  if (!isScripted || counters.total(key, SPRAY_MS, state.nowMs) < SPRAY_TRIES) return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: AUTH_SPRAY,
    process,
    sentence: sentence(
      `${named(process)} comes back to ${where} again and again within a minute.`,
      `${named(process)} が一分以内に ${where} へ繰り返し接続した。`,
      `${named(process)} 在一分钟内反复连接 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'log-in attempts', edge: 'connected' },
  })
}

/** Somebody in this lineage took the token of the service account, and now the API is spoken to. */
function checkTokenUse(state: EngineState, event: EventOf<'connect'>, process: Process): void {
  if (!KUBERNETES_PORTS.has(event.remotePort) || process.isContainerInit) return
  const { lineage } = process
  const has = (process.marks & TOKEN) !== 0 || lineage.counters.total('token', TOKEN_FRESH_MS, state.nowMs) > 0
  if (!has || (lineage.tags & SECRET) === 0) return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: TOKEN_USE,
    process,
    sentence: sentence(
      `After the service account's token was read, ${named(process)} connects to ${where}.`,
      `サービスアカウントのトークンが読まれた後、${named(process)} が ${where} に接続した。`,
      `服务账户令牌被读取后，${named(process)} 连接 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'Kubernetes API', edge: 'connected' },
  })
}
