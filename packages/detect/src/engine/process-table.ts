// Every process the events speak of, by pid and start, and the lineage each belongs to. The runtime's own stages (the process
// that builds a container and then becomes its first program) are known by what they are: inside the container's group, but
// still running a program from outside of it.
import type { Ancestor, EventOf, FileLayer, KernelEvent } from '@yagura/schema'
import { EXEC_IN, GUARD, NET_IN } from '../tags/bits.ts'
import { remaining } from '../tags/decay.ts'
import { hashText, mix } from '../tags/hash.ts'
import { baseName, type Lineage, type Process, type RootKind } from './actor.ts'
import { Counters } from './counters.ts'

export interface ProcessTable {
  /** The process of the event, found or made up from its ancestry. */
  of(event: KernelEvent, nowMs: number): Process
  find(pid: number, startNs?: string): Process | undefined
  forked(parent: Process, event: EventOf<'fork'>, nowMs: number): Process | undefined
  executed(actor: Process, event: EventOf<'exec'>, nowMs: number): void
  exited(actor: Process, nowMs: number): void
  /** Belongs to the runtime, not to the container yet. */
  isRuntimeStage(actor: Process): boolean
  /** Among the files of the node itself, although the container has its own. */
  isOutside(actor: Process): boolean
  /** The container's init began: later first programs are injected sessions. */
  noteInit(containerId: string, pid: number): void
  forget(containerId: string): void
  /** Forgets those that ended a while ago; the lineages that ended with them. */
  sweep(nowMs: number): Lineage[]
  all(): IterableIterator<Process>
  /** Somebody who acts but is no process of this node. */
  ghost(name: string, containerId: string | null, nowMs: number): Process
  inits(): Iterable<[string, number]>
  /** Puts a process of a snapshot back; without a lineage it begins one. */
  restore(kept: Partial<Process> & { pid: number; startNs: string }, parent: Process | null, lineage?: Lineage): Process
  readonly size: number
  readonly evicted: number
}

/** Closing sockets and late records of an ended process still find it this long. */
const LINGER_MS = 5000
/** A server counts as serving this long after a request when nothing says that the request ended. */
export const SERVING_MS = 10_000
const DEPTH_MAX = 96
const STAGES_MAX = 4096
const NAMESPACES_MAX = 64

export function createProcessTable(capacity: number, isProtected: (chain: number) => boolean): ProcessTable {
  const processes = new Map<number, Process>()
  const ended: { actor: Process; atMs: number }[] = []
  /** Containers whose first program has run. */
  const inits = new Map<string, number>()
  const stages = new Set<Process>()
  /** Mount namespaces that containers were started from, and those of containers. */
  const nodeNamespaces = new Set<number>()
  const ownNamespaces = new Map<string, number>()
  let evicted = 0
  let hand: IterableIterator<number> | undefined

  function makeLineage(root: Process, kind: RootKind, from: Lineage | null, nowMs: number): Lineage {
    const key = mix(hashText(root.startNs, mix(root.pid, 7)), hashText(root.containerId ?? ''))
    const inherited = from !== null && from.containerId !== null && from.containerId !== root.containerId
    // what nearly every event looks at comes first, so that it lies together
    return {
      containerId: root.containerId,
      tags: 0,
      chain: kind === 'request' || inherited ? (from?.chain ?? 0) : 0,
      floodSecond: 0,
      floodCount: 0,
      isWatched: false,
      isDistrusted: false,
      lastNoted: 0,
      startedAtMs: nowMs,
      pending: undefined,
      pendingSignals: undefined,
      kind,
      counters: new Counters(),
      hardTags: 0,
      key,
      root,
      from,
      visits: undefined,
      domains: undefined,
      live: 0,
      run: 0,
      countedRun: 0,
      isSuspect: false,
      floodSaidAtMs: Number.NEGATIVE_INFINITY,
      tokenAtMs: 0,
    }
  }

  function make(
    pid: number,
    startNs: string,
    parent: Process | null,
    containerId: string | null,
    exe: string,
    nowMs: number,
  ): Process {
    if (processes.size >= capacity) makeRoom(nowMs)
    const actor = build(pid, startNs, parent, containerId, exe, nowMs)
    place(actor, nowMs)
    // the number is used again: whoever had it has ended unseen
    const before = processes.get(pid)
    if (before?.alive) retire(before)
    processes.delete(pid)
    processes.set(pid, actor)
    return actor
  }

  function build(
    pid: number,
    startNs: string,
    parent: Process | null,
    containerId: string | null,
    exe: string,
    nowMs: number,
  ): Process {
    const goesOn = parent?.exe === exe
    // what nearly every event looks at comes first, so that it lies together
    const actor: Process = {
      lineage: undefined as unknown as Lineage,
      containerId,
      startNs,
      tags: parent === null ? 0 : remaining(parent.tags, false, nowMs - parent.atMs),
      marks: parent?.marks ?? 0,
      role: goesOn ? parent.role : undefined,
      exe,
      args: goesOn ? parent.args : [],
      isServer: false,
      isInstaller: parent?.isInstaller ?? false,
      isContainerInit: false,
      connections: [],
      suspicion: parent?.suspicion ?? 0,
      stdio: parent?.stdio ?? [],
      parent,
      written: undefined,
      environment: parent?.environment ?? [],
      cwd: parent?.cwd ?? null,
      exeLayer: goesOn ? parent.exeLayer : 'unknown',
      terminal: parent?.terminal ?? false,
      pid,
      depth: parent === null ? 0 : parent.depth + 1,
      exeInode: goesOn ? parent.exeInode : '',
      exeDevice: goesOn ? parent.exeDevice : 0,
      command: '',
      uid: parent?.uid ?? 0,
      mountNamespace: parent?.mountNamespace ?? 0,
      atMs: nowMs,
      startedAtMs: nowMs,
      bornBy: '',
      hasExecuted: false,
      alive: true,
      liveChildren: 0,
      serving: 0,
      servedAtMs: 0,
      servesChain: 0,
      shape: goesOn ? parent.shape : 0,
      execEdge: parent?.execEdge ?? 0,
      act: parent?.act ?? 0,
      isExecExpected: parent?.isExecExpected ?? false,
      isFedByDescriptor: false,
    }
    if (actor.depth > DEPTH_MAX) cutAncestry(actor)
    return actor
  }

  /** Chooses the lineage of a process that is new, or that entered a container. */
  function place(actor: Process, nowMs: number): void {
    const { parent, containerId } = actor
    const above = parent?.lineage ?? null
    const entered = containerId !== null && parent?.containerId !== containerId && above?.containerId !== containerId
    let lineage: Lineage
    if (entered) {
      const kind = inits.has(containerId) ? 'injected' : 'init'
      actor.tags &= ~GUARD
      lineage = makeLineage(actor, kind, above?.containerId ? above : null, nowMs)
    } else if (above !== null && parent !== null && isServing(parent, nowMs)) {
      lineage = makeLineage(actor, 'request', above, nowMs)
      if (lineage.chain === 0) lineage.chain = parent.servesChain
      lineage.hardTags |= NET_IN
      actor.tags |= NET_IN
    } else if (above !== null && !startsSession(actor)) lineage = above
    else lineage = makeLineage(actor, 'host', null, nowMs)
    actor.lineage = lineage
    lineage.live++
  }

  function enter(actor: Process, containerId: string, nowMs: number): void {
    actor.lineage.live--
    actor.containerId = containerId
    noteStage(actor)
    place(actor, nowMs)
  }

  function discover(event: KernelEvent, nowMs: number): Process {
    let parent: Process | null = null
    const chain: readonly Ancestor[] = event.ancestry
    const initPid = event.containerId === null ? undefined : inits.get(event.containerId)
    const initAt = initPid === undefined ? -1 : chain.findIndex((one) => one.pid === initPid)
    for (let index = Math.min(chain.length, 16) - 1; index >= 0; index--) {
      const one = chain[index] as Ancestor
      const known = processes.get(one.pid)
      if (known !== undefined && known.startNs === one.startNs) parent = known
      else {
        // which group an ancestor was in is not told, but what is below the container's first process is inside
        const containerId: string | null = index <= initAt ? event.containerId : (parent?.containerId ?? null)
        parent = make(one.pid, one.startNs, parent, containerId, one.exe, nowMs)
        parent.hasExecuted = true
        parent.isContainerInit = index === initAt
      }
    }
    if (parent === null) parent = processes.get(event.parentPid) ?? null
    const actor = make(event.pid, event.startNs, parent, event.containerId, event.exe, nowMs)
    actor.uid = event.uid
    actor.command = event.command
    actor.hasExecuted = true
    return actor
  }

  function makeRoom(nowMs: number): void {
    sweepEnded(nowMs, true)
    for (let tries = 0; processes.size >= capacity && tries < 64; tries++) {
      hand ??= processes.keys()
      const next = hand.next()
      if (next.done) {
        hand = undefined
        continue
      }
      const actor = processes.get(next.value)
      if (actor === undefined) continue
      if (actor.lineage.chain !== 0 && isProtected(actor.lineage.chain)) continue
      if (actor.tags !== 0 && tries < 48) continue
      processes.delete(next.value)
      evicted++
    }
  }

  function sweepEnded(nowMs: number, isUrgent: boolean): Lineage[] {
    const over: Lineage[] = []
    let kept = 0
    for (; kept < ended.length; kept++) {
      const { actor, atMs } = ended[kept] as { actor: Process; atMs: number }
      if (!isUrgent && nowMs - atMs < LINGER_MS) break
      if (processes.get(actor.pid) === actor) processes.delete(actor.pid)
      // whoever wrote into a pipe is remembered for longer, but not for this
      actor.connections = []
      actor.environment = []
      actor.written = undefined
      if (actor.lineage.live === 0) over.push(actor.lineage)
    }
    ended.splice(0, kept)
    return over
  }

  const table: ProcessTable = {
    of(event, nowMs) {
      const known = processes.get(event.pid)
      if (known === undefined || known.startNs !== event.startNs) return discover(event, nowMs)
      if (event.containerId !== null && known.containerId !== event.containerId) enter(known, event.containerId, nowMs)
      return known
    },
    find(pid, startNs) {
      const known = processes.get(pid)
      return known === undefined || (startNs !== undefined && known.startNs !== startNs) ? undefined : known
    },
    forked(parent, event, nowMs) {
      const startNs = event.childStartNs
      const known = processes.get(event.childPid)
      if (startNs === undefined || known?.startNs === startNs) return known
      const child = make(event.childPid, startNs, parent, event.containerId ?? parent.containerId, parent.exe, nowMs)
      child.bornBy = event.id
      child.command = parent.command
      child.isServer = parent.isServer
      parent.liveChildren++
      if (stages.has(parent)) noteStage(child)
      return child
    },
    executed(actor, event, nowMs) {
      const layer: FileLayer = event.exeLayer ?? 'unknown'
      const wasStage = stages.has(actor)
      const outside = actor.mountNamespace
      if (event.mountNamespace !== undefined) actor.mountNamespace = event.mountNamespace
      actor.exe = event.exe
      actor.exeInode = event.exeInode ?? ''
      actor.exeDevice = event.exeDevice ?? 0
      actor.exeLayer = layer
      actor.command = event.command
      actor.args = event.args
      actor.cwd = event.cwd
      actor.uid = event.uid
      actor.terminal = event.terminal ?? false
      actor.stdio = event.stdio ?? []
      actor.environment = event.environment ?? []
      actor.startedAtMs = nowMs
      actor.bornBy = event.id
      actor.hasExecuted = true
      actor.isServer = false
      actor.connections = actor.connections.filter((one) => !one.ended)
      const { containerId } = actor
      if (containerId === null) return
      if (wasStage && isRuntimeProgram(actor, outside)) return
      stages.delete(actor)
      if (wasStage) noteNamespaces(containerId, outside, actor.mountNamespace)
      if (actor.lineage.root === actor || wasStage) beginInside(actor, containerId)
    },
    exited(actor, nowMs) {
      if (!actor.alive) return
      retire(actor)
      ended.push({ actor, atMs: nowMs })
    },
    isRuntimeStage: (actor) => stages.has(actor),
    isOutside(actor) {
      const { containerId, mountNamespace } = actor
      if (containerId === null || !nodeNamespaces.has(mountNamespace)) return false
      const own = ownNamespaces.get(containerId)
      return own !== undefined && own !== mountNamespace
    },
    noteInit(containerId, pid) {
      if (inits.has(containerId)) return
      inits.set(containerId, pid)
      const actor = processes.get(pid)
      if (actor?.containerId === containerId) actor.isContainerInit = true
    },
    forget(containerId) {
      inits.delete(containerId)
      ownNamespaces.delete(containerId)
      for (const [pid, actor] of processes) {
        if (actor.containerId !== containerId) continue
        if (actor.alive && actor.lineage.chain !== 0 && isProtected(actor.lineage.chain)) continue
        if (actor.alive) actor.lineage.live--
        actor.alive = false
        processes.delete(pid)
      }
    },
    sweep: (nowMs) => sweepEnded(nowMs, false),
    all: () => processes.values(),
    ghost(name, containerId, nowMs) {
      const actor = build(0, '0', null, containerId, name, nowMs)
      actor.lineage = makeLineage(actor, 'host', null, nowMs)
      return actor
    },
    inits: () => inits.entries(),
    restore(kept, parent, lineage) {
      const nowMs = kept.atMs ?? 0
      const actor = make(kept.pid, kept.startNs, parent, kept.containerId ?? null, kept.exe ?? '', nowMs)
      Object.assign(actor, kept)
      actor.hasExecuted = true
      if (parent !== null) parent.liveChildren++
      if (lineage === undefined) {
        if (actor.lineage !== parent?.lineage) return actor
        actor.lineage.live--
        actor.lineage = makeLineage(actor, 'host', null, nowMs)
      } else if (actor.lineage !== lineage) {
        actor.lineage.live--
        actor.lineage = lineage
      } else return actor
      actor.lineage.live++
      return actor
    },
    get size() {
      return processes.size
    },
    get evicted() {
      return evicted
    },
  }
  return table

  function retire(actor: Process): void {
    actor.alive = false
    actor.lineage.live--
    stages.delete(actor)
    if (actor.parent !== null) actor.parent.liveChildren = Math.max(0, actor.parent.liveChildren - 1)
  }

  function noteNamespaces(containerId: string, outside: number, inside: number): void {
    if (outside === 0 || inside === 0) return
    if (nodeNamespaces.size < NAMESPACES_MAX) nodeNamespaces.add(outside)
    if (!ownNamespaces.has(containerId)) ownNamespaces.set(containerId, inside)
  }

  function noteStage(actor: Process): void {
    if (stages.size < STAGES_MAX) stages.add(actor)
  }

  /** The first program inside: the container's own, or a session that somebody put into it. */
  function beginInside(actor: Process, containerId: string): void {
    const first = inits.get(containerId)
    const isInit = first === undefined || first === actor.pid
    const { lineage } = actor
    if (lineage.kind === 'request') return
    lineage.root = actor
    if (isInit) {
      if (first === undefined) inits.set(containerId, actor.pid)
      actor.isContainerInit = true
      lineage.kind = 'init'
    } else {
      lineage.kind = 'injected'
      lineage.hardTags |= EXEC_IN
      actor.tags |= EXEC_IN
    }
  }
}

function isServing(actor: Process, nowMs: number): boolean {
  return actor.serving > 0 && nowMs - actor.servedAtMs < SERVING_MS
}

/** On the host work begins below process 1, or where nothing above is known. */
function startsSession(actor: Process): boolean {
  return actor.containerId === null && (actor.parent === null || actor.parent.pid <= 1)
}

/**
 * Inside the group, but still among the files of the node: the runtime itself. runc makes a sealed copy of itself and runs that
 * (libcontainer/nsenter/cloned_binary.c). Where the sensor does not tell mount namespaces, by where the program lies.
 */
function isRuntimeProgram(actor: Process, outside: number): boolean {
  if (actor.mountNamespace !== 0 && outside !== 0) return actor.mountNamespace === outside
  if (actor.exeLayer === 'memory' || actor.exeLayer === 'host') return true
  return baseName(actor.args[0] ?? '') === 'runc' && actor.args[1] === 'init'
}

/** A program that starts itself anew and ends, again and again, must not drag all of its forebears along. */
function cutAncestry(actor: Process): void {
  let one = actor.parent
  for (let step = 0; one !== null && step < DEPTH_MAX / 2; step++) one = one.parent
  if (one !== null) one.parent = null
  actor.depth = DEPTH_MAX / 2
}
