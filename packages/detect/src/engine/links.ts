// Who holds which end: pipes, sockets and terminals by the kernel's ids, and the processes that have them as descriptor 0, 1 or 2.
// From a shell's descriptors it is at most two hops to the network, whatever stands between.
import type { Descriptor } from '@yagura/schema'
import { hashText, mix } from '../tags/hash.ts'
import type { Connection, Lineage, Process } from './actor.ts'
import { addressFacts, isLoopback } from './addresses.ts'
import { createGenerations } from './generations.ts'
import { createReferences } from './references.ts'

export interface Reach {
  readonly address: string
  readonly port: number
  readonly isOutgoing: boolean
  /** Events that made the way. */
  readonly eventIds: readonly string[]
  /** Processes between, the nearest first; empty when the descriptor is the socket. */
  readonly via: readonly Process[]
}

export interface Links {
  hold(actor: Process): void
  noteSocket(connection: Connection): void
  /** A connection from one end; asked for from the other one: who began it, if that is on this node. */
  noteFlow(flow: Flow, lineage: Lineage): void
  /** `flow` as the other end sees it. */
  beganFlow(flow: Flow): Lineage | undefined
  /** The container has this address in its own network. Two that have the same one are in networks that know nothing of each other. */
  noteHome(address: string, containerId: string): void
  homesOf(address: string): ReadonlySet<string>
  forget(containerId: string): void
  /** Others that have this pipe, socket pair or terminal as 0, 1 or 2. */
  holders(id: string, except: Process): Process[]
  /** Those that write into the pipe that this process reads, also those that have ended. */
  writers(id: string, reader: Process): Process[]
  /** The network behind a descriptor; undefined when there is none within two hops. */
  reach(actor: Process, number: number): Reach | undefined
  readonly size: number
}

/** Two ends, as one of them is told. */
export interface Flow {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

const FLOWS_MAX = 8192
const HOMES_MAX = 8192
const NOBODY: ReadonlySet<string> = new Set()
const IDS_MAX = 8192
const HOLDERS_MAX = 8
const HOPS = 2

export function createLinks(): Links {
  const holdersOf = createGenerations<string, Process[]>(IDS_MAX)
  const sockets = createReferences<Connection>(IDS_MAX)
  const flows = createReferences<Lineage>(FLOWS_MAX)
  const homes = createGenerations<string, Set<string>>(HOMES_MAX)
  const addresses = new Map<string, Set<string>>()

  function liveHolders(id: string, except: Process): Process[] {
    return (holdersOf.get(id) ?? []).filter((one) => one !== except && one.alive)
  }

  function ofConnection(connection: Connection, via: readonly Process[]): Reach | undefined {
    if (connection.isLoopback || connection.ended || connection.isExpected) return undefined
    const { address, port, isOutgoing, eventId } = connection
    return { address, port, isOutgoing, eventIds: [eventId], via }
  }

  function ofProcess(actor: Process, via: readonly Process[]): Reach | undefined {
    for (const one of actor.stdio) {
      const found = one.kind === 'socket' ? ofSocket(one, via) : undefined
      if (found !== undefined) return found
    }
    for (const connection of actor.connections) {
      // what a server was asked by others is not what it passes on, unless it was started to pass on
      if (!connection.isOutgoing && (actor.isContainerInit || actor.parent?.isContainerInit)) continue
      const found = ofConnection(connection, via)
      if (found !== undefined) return found
    }
    return undefined
  }

  function ofSocket(descriptor: Descriptor, via: readonly Process[]): Reach | undefined {
    const known = sockets.get(hashText(descriptor.id, 3), hashText(descriptor.id))
    const address = descriptor.remoteAddress ?? known?.address
    if (address === undefined || isLoopback(address)) return undefined
    return {
      address,
      port: descriptor.remotePort ?? known?.port ?? 0,
      isOutgoing: known?.isOutgoing ?? true,
      eventIds: known === undefined ? [] : [known.eventId],
      via,
    }
  }

  /** The other end. Nobody's 0, 1 or 2: then whoever made it keeps it, which is a parent. */
  function others(actor: Process, descriptor: Descriptor): Process[] {
    const holders = liveHolders(descriptor.id, actor)
    if (descriptor.kind !== 'terminal') {
      const apart = holders.filter((one) => !isSameEnd(one, actor, descriptor.id))
      if (apart.length > 0) return apart
      const maker = makerOf(actor, descriptor.id)
      return maker === undefined ? [] : [maker]
    }
    const master = makerOf(actor, descriptor.id)
    return master === undefined ? [] : [master]
  }

  function search(actor: Process, descriptor: Descriptor, via: readonly Process[], hops: number): Reach | undefined {
    if (descriptor.kind === 'socket') return ofSocket(descriptor, via)
    if (descriptor.kind !== 'pipe' && descriptor.kind !== 'unix' && descriptor.kind !== 'terminal') return undefined
    if (hops === 0) return undefined
    for (const other of others(actor, descriptor)) {
      if (via.includes(other)) continue
      const way = [...via, other]
      const found = ofProcess(other, way)
      if (found !== undefined) return found
      for (const next of other.stdio) {
        if (next.id === descriptor.id) continue
        const further = search(other, next, way, hops - 1)
        if (further !== undefined) return further
      }
    }
    return undefined
  }

  return {
    hold(actor) {
      for (const { kind, id } of actor.stdio) {
        if (kind !== 'pipe' && kind !== 'unix' && kind !== 'terminal' && kind !== 'socket') continue
        const holders = holdersOf.get(id)
        if (holders === undefined) holdersOf.set(id, [actor])
        else if (!holders.includes(actor)) {
          if (holders.length >= HOLDERS_MAX) holders.splice(0, 1)
          holders.push(actor)
        }
      }
    },
    noteSocket(connection) {
      const { socketId } = connection
      if (socketId !== '') sockets.set(hashText(socketId, 3), hashText(socketId), connection)
    },
    noteFlow({ localAddress, localPort, remoteAddress, remotePort }, lineage) {
      if (localPort === 0) return
      const from = addressFacts(localAddress)
      const to = addressFacts(remoteAddress)
      flows.set(
        flowKey(from.otherHash, localPort, to.otherHash, remotePort),
        flowKey(from.hash, localPort, to.hash, remotePort),
        lineage,
      )
    },
    beganFlow({ localAddress, localPort, remoteAddress, remotePort }) {
      const from = addressFacts(remoteAddress)
      const to = addressFacts(localAddress)
      return flows.get(
        flowKey(from.otherHash, remotePort, to.otherHash, localPort),
        flowKey(from.hash, remotePort, to.hash, localPort),
      )
    },
    noteHome(address, containerId) {
      const own = addresses.get(containerId)
      if (own?.has(address) || isLoopback(address)) return
      if (own !== undefined) own.add(address)
      else {
        if (addresses.size >= HOMES_MAX) addresses.clear()
        addresses.set(containerId, new Set([address]))
      }
      const home = homes.get(address)
      if (home === undefined) homes.set(address, new Set([containerId]))
      else home.add(containerId)
    },
    homesOf: (address) => homes.get(address) ?? NOBODY,
    forget(containerId) {
      for (const address of addresses.get(containerId) ?? []) homes.get(address)?.delete(containerId)
      addresses.delete(containerId)
    },
    holders: liveHolders,
    writers: (id, reader) => (holdersOf.get(id) ?? []).filter((one) => one !== reader && one.stdio[1]?.id === id),
    reach(actor, number) {
      const descriptor = actor.stdio[number]
      return descriptor === undefined ? undefined : search(actor, descriptor, [], HOPS)
    },
    get size() {
      return holdersOf.size + sockets.size
    },
  }
}

function flowKey(from: number, fromPort: number, to: number, toPort: number): number {
  return mix(mix(from, to), mix(fromPort, toPort))
}

/** Both read from it, or both write to it. */
function isSameEnd(one: Process, other: Process, id: string): boolean {
  const reads = (actor: Process) => actor.stdio[0]?.id === id
  return reads(one) === reads(other)
}

/** The nearest forebear that does not have it as 0, 1 or 2 itself. */
function makerOf(actor: Process, id: string): Process | undefined {
  let one = actor.parent
  for (let step = 0; one !== null && step < 4; step++) {
    if (!one.stdio.some((descriptor) => descriptor.id === id)) {
      return one.containerId === actor.containerId ? one : undefined
    }
    one = one.parent
  }
  return undefined
}
