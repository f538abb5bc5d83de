// A process and its lineage as the engine remembers them. A lineage begins where work comes in: the first process of a
// container, a session that the runtime put into it, a request that a server handles, a session on the host.
import type { Descriptor, FileLayer } from '@yagura/schema'
import type { ProcessView } from '../contract/context.ts'
import type { TagMask } from '../contract/tags.ts'
import type { Counters } from './counters.ts'
import type { FileRef } from './files.ts'
import type { Role } from './programs.ts'

export interface Connection {
  readonly address: string
  readonly port: number
  readonly socketId: string
  readonly eventId: string
  readonly atMs: number
  readonly isOutgoing: boolean
  readonly isLoopback: boolean
  /** The model knows this peer. */
  readonly isExpected: boolean
  sentBytes: number
  ended: boolean
}

export type RootKind = 'init' | 'injected' | 'request' | 'host'

export interface Lineage {
  readonly key: number
  kind: RootKind
  root: Process
  containerId: string | null
  /** Lineage that this one came out of: the server of a request, the container that made a container. */
  readonly from: Lineage | null
  startedAtMs: number
  /** Number of its chain; 0 before the first signal. */
  chain: number
  /** Tags that anything in it ever had. */
  tags: TagMask
  /** Tags by fact, not by a signal that may be learnt. */
  hardTags: TagMask
  readonly counters: Counters
  /** Times of the last connections by program and peer. */
  visits: Map<number, number[]> | undefined
  /** Names asked of DNS, by the domain that they end in. */
  domains: Map<string, { readonly names: Set<number>; chars: number; sinceMs: number }> | undefined
  live: number
  /** Separate run for learning, and the one that it was in when that was last looked at. */
  run: number
  countedRun: number
  /** It has something to learn from. */
  isWatched: boolean
  /** Edges that wait until the lineage proves harmless, and since when, from its start: what it did, and signals of it. */
  pending: Map<number, number> | undefined
  pendingSignals: Map<number, number> | undefined
  /** The edge that waits since the last time that one was noted: the same work is done again and again. 0 when none does. */
  lastNoted: number
  /** Something more than a hint was seen: what it did is not learnt as ordinary. */
  isSuspect: boolean
  /** Events of the current second. */
  floodSecond: number
  floodCount: number
  floodSaidAtMs: number
  /** When the token of a service account was last read in it. */
  tokenAtMs: number
  /** Something that is never ordinary was seen: nothing of it is learnt. */
  isDistrusted: boolean
}

export interface Process extends ProcessView {
  readonly pid: number
  readonly startNs: string
  parent: Process | null
  depth: number
  lineage: Lineage
  exe: string
  exeInode: string
  exeDevice: number
  exeLayer: FileLayer
  command: string
  args: readonly string[]
  cwd: string | null
  uid: number
  terminal: boolean
  stdio: readonly Descriptor[]
  environment: readonly string[]
  containerId: string | null
  tags: TagMask
  /** Bits beside the tags that only the engine reads: see tags/marks.ts. */
  marks: number
  /** 0 where it is not told. */
  mountNamespace: number
  isContainerInit: boolean
  suspicion: number
  atMs: number
  startedAtMs: number
  /** Event of its last exec, else of its fork. */
  bornBy: string
  hasExecuted: boolean
  alive: boolean
  liveChildren: number
  /** Listens for, or has taken, connections from the network. */
  isServer: boolean
  /** Requests that are being served, and when the last one came. */
  serving: number
  servedAtMs: number
  connections: Connection[]
  /** Chain of whoever is at the other end of what is served: a request from another container. */
  servesChain: number
  /** Shape of its arguments. */
  shape: number
  /** Edge (parent program → program, shape of arguments) of its last exec. */
  execEdge: number
  /** The same with the arguments of the parent, where the program lies, and all that the learnt edge of an act has in common. */
  act: number
  isExecExpected: boolean
  /** Writer or installer of packages, itself from the image. */
  isInstaller: boolean
  /** What its program and arguments make of it: see `roleOf`. */
  role: Role | undefined
  /** Files it wrote last: a download tool may open its file before its connection. */
  written: FileRef[] | undefined
  /** Its program text comes out of a descriptor that somebody else writes into (`bash <(…)`). */
  isFedByDescriptor: boolean
}

export function describeProcess(actor: Process): string {
  return actor.exe === '' ? actor.command : actor.exe
}

/** The file of its program. */
export function programOf(actor: Process): FileRef {
  return { inode: actor.exeInode, device: actor.exeDevice, layer: actor.exeLayer, path: actor.exe }
}

export function baseName(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? path : path.slice(slash + 1)
}

export function hasAncestor(actor: Process, test: (one: Process) => boolean, depth = 12): boolean {
  let one = actor.parent
  for (let step = 0; one !== null && step < depth; step++) {
    if (test(one)) return true
    one = one.parent
  }
  return false
}
