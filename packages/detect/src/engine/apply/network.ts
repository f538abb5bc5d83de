// Connections: who is a server, who talks to a stranger, and what that means for what they have read.
import type { EventOf } from '@yagura/schema'
import { NET_NEW, SECRET } from '../../tags/bits.ts'
import { hashText, mix } from '../../tags/hash.ts'
import { TOKEN } from '../../tags/marks.ts'
import type { Connection, Process } from '../actor.ts'
import { addressFacts, isLoopback } from '../addresses.ts'
import { checkBeacon } from '../behaviour/beacon.ts'
import {
  AUTH_SPRAY,
  SHELL_CONNECT,
  SHELL_IRC,
  SHELL_PROTOCOL,
  TOKEN_CREATES,
  TOKEN_USE,
} from '../behaviour/catalogue.ts'
import { checkAddressed, checkScriptTheft, checkSent } from '../behaviour/exfiltration.ts'
import { checkBehind, checkShell, checkWaiting } from '../behaviour/shell.ts'
import { checkSweep, portsOf } from '../behaviour/sweep.ts'
import { type Counters, counterOf } from '../counters.ts'
import { peerEdge, peerObject } from '../edges.ts'
import { isShell } from '../programs.ts'
import { named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { markFetched } from './content.ts'

const CONNECTIONS_MAX = 16
const EINPROGRESS = -115
/** A policy refused it (connect(2)): what was meant counts as if it had been done. */
const EPERM = -1
/** Where the Kubernetes API and the kubelet listen. */
const KUBERNETES_PORTS = new Set([443, 6443, 8443, 10250, 16443])
/** Services that ask for a password. */
const LOGIN_PORTS = new Set([21, 22, 23, 389, 1433, 1521, 2222, 3306, 3389, 5432, 5900, 5985, 6379, 9042, 27017])
/** Brokers, caches, stores, web servers. */
const READINESS_PORTS = new Set([
  80, 443, 2181, 2379, 4222, 5672, 8000, 8080, 8200, 8443, 8500, 8848, 9000, 9092, 9200, 11211,
])
const READINESS_BYTES = 2
const SPRAY_TRIES = 4
const SPRAY_MS = 60_000
const TOKEN_FRESH_MS = 2 * 60_000
/** Counters of what is tried at one service, and of those tries that nobody answered. */
const TRIES = hashText('try')
const VOID = hashText('void')

export function applyConnect(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  const { nowMs } = state
  const { remoteAddress, remotePort } = event
  const edge = peerEdge(actor, remoteAddress, remotePort)
  const { isLoopback: loops, hash: host } = addressFacts(remoteAddress)
  const failed =
    event.result !== undefined && event.result < 0 && event.result !== EINPROGRESS && event.result !== EPERM
  const isExpected = !loops && state.isExpected(actor, edge)
  if (!loops) {
    state.learn(actor, edge)
    state.learnAct(actor, peerObject(remoteAddress, remotePort))
  }
  const { counters } = actor.lineage
  if (loops) return
  // a try that came to nothing is no contact: whoever waits for his database tries again and again
  if (!failed) counters.add('connect', host, nowMs)
  counters.touch('host', host, nowMs)
  counters.touch('peer', mix(host, remotePort), nowMs)
  counters.touch(portsOf(remoteAddress), remotePort, nowMs)
  if (failed) counters.add('failed-connect', host, nowMs)
  if (event.protocol === 'tcp' && !isExpected) checkSweep(state, event, actor)
  if (failed) return
  noteHome(state, actor, event.localAddress)
  state.links.noteFlow(event, actor.lineage)
  addConnection(state, actor, {
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
  state.tag(actor, NET_NEW)
  if (event.protocol === 'tcp') {
    checkSpray(state, event, actor)
    checkBeacon(state, event, actor)
    checkTokenUse(state, event, actor)
    checkAddressed(state, event, actor)
  }
  if (isShell(actor) && !isReadinessPort(remotePort)) seeShellConnect(state, event, actor)
  checkShell(state, actor, event.id)
  checkBehind(state, actor, event.id)
  checkWaiting(state, actor, event.id)
  markFetched(state, actor)
}

export function applyAccept(state: EngineState, event: EventOf<'accept'>, actor: Process): void {
  actor.isServer = true
  actor.serving++
  actor.servedAtMs = state.nowMs
  noteHome(state, actor, event.localAddress)
  actor.servesChain = chainBehind(state, event)
  const loops = isLoopback(event.remoteAddress)
  addConnection(state, actor, {
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

/** The other end may be a container of this node: what its request starts here belongs to its story. */
function chainBehind(state: EngineState, event: EventOf<'accept'>): number {
  const from = state.links.beganFlow(event)
  if (from === undefined || from.chain === 0) return 0
  return isOneNetwork(state, event.remoteAddress) && isOneNetwork(state, event.localAddress) ? from.chain : 0
}

function noteHome(state: EngineState, { containerId }: Process, address: string): void {
  if (containerId === null || state.stateOf(containerId).identity?.hostNamespaces.includes('network')) return
  state.links.noteHome(address, containerId)
}

/** Nobody else has this address but the containers of one pod. */
function isOneNetwork(state: EngineState, address: string): boolean {
  const networks = new Set<string>()
  for (const id of state.links.homesOf(address)) networks.add(state.stateOf(id).identity?.pod?.uid ?? id)
  return networks.size <= 1
}

export function applyListen(_state: EngineState, _event: EventOf<'listen'>, actor: Process): void {
  actor.isServer = true
}

export function applyTraffic(state: EngineState, event: EventOf<'traffic'>, actor: Process): void {
  const connection = connectionOf(actor, event)
  if (connection !== undefined) {
    connection.sentBytes = event.sentBytes
    if (event.ended && !connection.ended) {
      connection.ended = true
      if (connection.isOutgoing && event.sentBytes + event.receivedBytes === 0) noteVoid(state, event, actor)
      if (!connection.isOutgoing) actor.serving = Math.max(0, actor.serving - 1)
    }
  }
  if (isLoopback(event.remoteAddress)) return
  if (connection !== undefined && !connection.isOutgoing) return
  if (connection !== undefined && !connection.isExpected && isShell(actor) && isReadinessPort(event.remotePort)) {
    if (event.sentBytes > READINESS_BYTES) seeShellConnect(state, event, actor)
  }
  checkSent(state, event, actor)
}

/** The connection of a try that nobody answered: for what is counted as contacts and as log-ins it did not happen. */
function noteVoid(state: EngineState, event: EventOf<'traffic'>, actor: Process): void {
  const { counters } = actor.lineage
  counters.add('void', addressFacts(event.remoteAddress).hash, state.nowMs)
  counters.add(counterOf(VOID, serviceOf(event)), hashText(actor.startNs, actor.pid), state.nowMs)
}

/** Whether a service is there is asked by scripts that wait for it: they connect and say nothing. */
function isReadinessPort(port: number): boolean {
  return LOGIN_PORTS.has(port) || READINESS_PORTS.has(port)
}

function serviceOf({ remoteAddress, remotePort }: { remoteAddress: string; remotePort: number }): number {
  return mix(addressFacts(remoteAddress).hash, remotePort)
}

function connectionOf({ connections }: Process, event: EventOf<'traffic'>): Connection | undefined {
  const { socketId, remotePort, remoteAddress } = event
  for (const one of connections) {
    const isIt =
      socketId !== undefined && one.socketId !== ''
        ? one.socketId === socketId
        : one.port === remotePort && one.address === remoteAddress
    if (isIt) return one
  }
  return undefined
}

export function applyProtocol(state: EngineState, event: EventOf<'protocol'>, actor: Process): void {
  if (isLoopback(event.remoteAddress)) return
  checkScriptTheft(state, event, actor)
  if (event.direction !== 'sent' || !isShell(actor)) return
  const { name } = event
  if (name !== 'redis' && name !== 'irc' && name !== 'postgres' && name !== 'mysql' && name !== 'socks') return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: name === 'irc' ? SHELL_IRC : SHELL_PROTOCOL,
    actor,
    sentence: sentence(
      `The shell ${named(actor)} speaks ${name} with ${where}.`,
      `シェル ${named(actor)} が ${where} と ${name} で通信した。`,
      `shell ${named(actor)} 与 ${where} 使用 ${name} 协议通信。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: name, edge: 'connected' },
  })
}

function addConnection(state: EngineState, actor: Process, connection: Connection): void {
  const { connections } = actor
  if (connections.length >= CONNECTIONS_MAX) {
    // the first that has ended makes room, else the oldest
    let at = 0
    while (at < CONNECTIONS_MAX && !connections[at]?.ended) at++
    if (at === CONNECTIONS_MAX) connections.shift()
    else connections.splice(at, 1)
  }
  connections.push(connection)
  state.links.noteSocket(connection)
}

function seeShellConnect(state: EngineState, event: EventOf<'connect' | 'traffic'>, actor: Process): void {
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: SHELL_CONNECT,
    actor,
    sentence: sentence(
      `The shell ${named(actor)} opened a connection to ${where} itself.`,
      `シェル ${named(actor)} が自ら ${where} への接続を開いた。`,
      `shell ${named(actor)} 自行连接到 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'connected by a shell', edge: 'connected' },
  })
}

/** Shells and scripts that come back to a service that asks for a password, again and again. */
function checkSpray(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  if (!LOGIN_PORTS.has(event.remotePort) || actor.isContainerInit || actor.isServer) return
  if (actor.lineage.kind === 'host') return
  const { counters } = actor.lineage
  const service = serviceOf(event)
  counters.add(counterOf(TRIES, service), hashText(actor.startNs, actor.pid), state.nowMs)
  const isScripted = isShell(actor) || actor.parent?.exe !== actor.exe
  if (!isScripted || triesOf(counters, service, state.nowMs) < SPRAY_TRIES) return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: AUTH_SPRAY,
    actor,
    sentence: sentence(
      `${named(actor)} comes back to ${where} again and again within a minute.`,
      `${named(actor)} が一分以内に ${where} へ繰り返し接続した。`,
      `${named(actor)} 在一分钟内反复连接 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'log-in attempts', edge: 'connected' },
  })
}

function triesOf(counters: Counters, service: number, nowMs: number): number {
  const tries = counters.total(counterOf(TRIES, service), SPRAY_MS, nowMs)
  return tries - counters.total(counterOf(VOID, service), SPRAY_MS, nowMs)
}

/** What the request asks for is behind TLS; the arguments of whoever sends it are not. Paths are those of the Kubernetes API. */
function makesWorkload(actor: Process): boolean {
  const text = actor.args.join(' ')
  const isWrite = /\bPOST\b|\bPUT\b|\bPATCH\b|\s(?:-d|--data\S*|create|apply|run)(?:\s|$)/.test(text)
  return isWrite && /\/(?:pods|deployments|daemonsets|jobs|cronjobs)\b|\s(?:create|apply|run)\s/.test(text)
}

/** Somebody in this lineage took the token of the service account, and now the API is spoken to. */
function checkTokenUse(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  if (!KUBERNETES_PORTS.has(event.remotePort) || actor.isContainerInit) return
  const { lineage } = actor
  const has = (actor.marks & TOKEN) !== 0 || state.nowMs - lineage.tokenAtMs < TOKEN_FRESH_MS
  if (!has || (lineage.tags & SECRET) === 0) return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: makesWorkload(actor) ? TOKEN_CREATES : TOKEN_USE,
    actor,
    sentence: sentence(
      `After the service account's token was read, ${named(actor)} connects to ${where}.`,
      `サービスアカウントのトークンが読まれた後、${named(actor)} が ${where} に接続した。`,
      `服务账户令牌被读取后，${named(actor)} 连接 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'Kubernetes API', edge: 'connected' },
  })
}
