// Every process the events speak of, by pid and start, and the lineage each belongs to. The runtime's own stages (the process
// that builds a container and then becomes its first program) are known by what they are: inside the container's group, but
// still running a program from outside of it.
import type { Ancestor, EventOf, FileLayer, KernelEvent } from '@yagura/schema'
import { EXEC_IN, GUARD, NET_IN } from '../tags/bits.ts'
import { remaining } from '../tags/decay.ts'
import { hashText, mix } from '../tags/hash.ts'
import { createCounters } from './counters.ts'
import { baseName, type Lineage, type Process, type RootKind } from './process.ts'

export interface ProcessTable {
  /** The process of the event, found or made up from its ancestry. */
  of(event: KernelEvent, nowMs: number): Process
  find(pid: number, startNs?: string): Process | undefined
  forked(parent: Process, event: EventOf<'fork'>, nowMs: number): Process | undefined
  executed(process: Process, event: EventOf<'exec'>, nowMs: number): void
  exited(process: Process, nowMs: number): void
  /** Belongs to the runtime, not to the container yet. */
  isRuntimeStage(process: Process): boolean
  /** The container's init began: later first programs are injected sessions. */
  noteInit(containerId: string, pid: number): void
  forget(containerId: string): void
  /** Forgets those that ended a while ago; the lineages that ended with them. */
  sweep(nowMs: number): Lineage[]
  all(): IterableIterator<Process>
  readonly size: number
  readonly evicted: number
}

/** Closing sockets and late records of an ended process still find it this long. */
const LINGER_MS = 5000
/** A server counts as serving this long after a request when nothing says that the request ended. */
export const SERVING_MS = 10_000
const DEPTH_MAX = 96
const STAGES_MAX = 4096

export function createProcessTable(capacity: number, isProtected: (chain: number) => boolean): ProcessTable {
  const processes = new Map<number, Process>()
  const ended: { process: Process; atMs: number }[] = []
  /** Containers whose first program has run. */
  const inits = new Map<string, number>()
  const stages = new Set<Process>()
  let evicted = 0
  let hand: IterableIterator<number> | undefined

  function makeLineage(root: Process, kind: RootKind, from: Lineage | null, nowMs: number): Lineage {
    const key = mix(hashText(root.startNs, mix(root.pid, 7)), hashText(root.containerId ?? ''))
    const inherited = from !== null && from.containerId !== null && from.containerId !== root.containerId
    return {
      key,
      kind,
      root,
      containerId: root.containerId,
      from,
      startedAtMs: nowMs,
      chain: kind === 'request' || inherited ? (from?.chain ?? 0) : 0,
      tags: 0,
      hardTags: 0,
      counters: createCounters(),
      visits: new Map(),
      domains: new Map(),
      live: 0,
      lastAtMs: nowMs,
      run: 0,
      pending: new Map(),
      pendingSignals: new Map(),
      isSuspect: false,
      isDistrusted: false,
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
    const process: Process = {
      pid,
      startNs,
      parent,
      depth: parent === null ? 0 : parent.depth + 1,
      lineage: undefined as unknown as Lineage,
      exe,
      exeInode: parent?.exe === exe ? parent.exeInode : '',
      exeDevice: parent?.exe === exe ? parent.exeDevice : 0,
      exeLayer: parent?.exe === exe ? parent.exeLayer : 'unknown',
      command: '',
      args: parent?.exe === exe ? parent.args : [],
      cwd: parent?.cwd ?? null,
      uid: parent?.uid ?? 0,
      terminal: parent?.terminal ?? false,
      stdio: parent?.stdio ?? [],
      environment: parent?.environment ?? [],
      containerId,
      tags: parent === null ? 0 : remaining(parent.tags, false, nowMs - parent.atMs),
      marks: parent?.marks ?? 0,
      isContainerInit: false,
      suspicion: parent?.suspicion ?? 0,
      atMs: nowMs,
      startedAtMs: nowMs,
      bornBy: '',
      hasExecuted: false,
      alive: true,
      liveChildren: 0,
      isServer: false,
      serving: 0,
      servedAtMs: 0,
      connections: [],
      execEdge: parent?.execEdge ?? 0,
      isExecExpected: parent?.isExecExpected ?? false,
      isInstaller: parent?.isInstaller ?? false,
    }
    if (process.depth > DEPTH_MAX) cutAncestry(process)
    place(process, nowMs)
    processes.delete(pid)
    processes.set(pid, process)
    return process
  }

  /** Chooses the lineage of a process that is new, or that entered a container. */
  function place(process: Process, nowMs: number): void {
    const { parent, containerId } = process
    const above = parent?.lineage ?? null
    const entered = containerId !== null && parent?.containerId !== containerId && above?.containerId !== containerId
    let lineage: Lineage
    if (entered) {
      const kind = inits.has(containerId) ? 'injected' : 'init'
      process.tags &= ~GUARD
      lineage = makeLineage(process, kind, above?.containerId ? above : null, nowMs)
    } else if (above !== null && parent !== null && isServing(parent, nowMs)) {
      lineage = makeLineage(process, 'request', above, nowMs)
      lineage.hardTags |= NET_IN
      process.tags |= NET_IN
    } else if (above !== null && !startsSession(process)) lineage = above
    else lineage = makeLineage(process, 'host', null, nowMs)
    process.lineage = lineage
    lineage.live++
  }

  function enter(process: Process, containerId: string, nowMs: number): void {
    process.lineage.live--
    process.containerId = containerId
    noteStage(process)
    place(process, nowMs)
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
    const process = make(event.pid, event.startNs, parent, event.containerId, event.exe, nowMs)
    process.uid = event.uid
    process.command = event.command
    process.hasExecuted = true
    return process
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
      const process = processes.get(next.value)
      if (process === undefined) continue
      if (process.lineage.chain !== 0 && isProtected(process.lineage.chain)) continue
      if (process.tags !== 0 && tries < 48) continue
      processes.delete(next.value)
      evicted++
    }
  }

  function sweepEnded(nowMs: number, isUrgent: boolean): Lineage[] {
    const over: Lineage[] = []
    let kept = 0
    for (; kept < ended.length; kept++) {
      const { process, atMs } = ended[kept] as { process: Process; atMs: number }
      if (!isUrgent && nowMs - atMs < LINGER_MS) break
      if (processes.get(process.pid) === process) processes.delete(process.pid)
      process.connections = []
      if (process.lineage.live === 0) over.push(process.lineage)
    }
    ended.splice(0, kept)
    return over
  }

  const table: ProcessTable = {
    of(event, nowMs) {
      const known = processes.get(event.pid)
      if (known === undefined || known.startNs !== event.startNs) return discover(event, nowMs)
      if (event.containerId !== null && known.containerId !== event.containerId) enter(known, event.containerId, nowMs)
      known.lineage.lastAtMs = nowMs
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
    executed(process, event, nowMs) {
      const layer: FileLayer = event.exeLayer ?? 'unknown'
      const wasStage = stages.has(process)
      process.exe = event.exe
      process.exeInode = event.exeInode ?? ''
      process.exeDevice = event.exeDevice ?? 0
      process.exeLayer = layer
      process.command = event.command
      process.args = event.args
      process.cwd = event.cwd
      process.uid = event.uid
      process.terminal = event.terminal ?? false
      process.stdio = event.stdio ?? []
      process.environment = event.environment ?? []
      process.startedAtMs = nowMs
      process.bornBy = event.id
      process.hasExecuted = true
      process.isServer = false
      process.connections = process.connections.filter((one) => !one.ended)
      const { containerId } = process
      if (containerId === null) return
      if (wasStage && isRuntimeProgram(process)) return
      stages.delete(process)
      if (process.lineage.root === process || wasStage) beginInside(process, containerId, event)
    },
    exited(process, nowMs) {
      if (!process.alive) return
      process.alive = false
      process.lineage.live--
      stages.delete(process)
      if (process.parent !== null) process.parent.liveChildren = Math.max(0, process.parent.liveChildren - 1)
      ended.push({ process, atMs: nowMs })
    },
    isRuntimeStage: (process) => stages.has(process),
    noteInit(containerId, pid) {
      if (inits.has(containerId)) return
      inits.set(containerId, pid)
      const process = processes.get(pid)
      if (process?.containerId === containerId) process.isContainerInit = true
    },
    forget(containerId) {
      inits.delete(containerId)
    },
    sweep: (nowMs) => sweepEnded(nowMs, false),
    all: () => processes.values(),
    get size() {
      return processes.size
    },
    get evicted() {
      return evicted
    },
  }
  return table

  function noteStage(process: Process): void {
    if (stages.size < STAGES_MAX) stages.add(process)
  }

  /** The first program inside: the container's own, or a session that somebody put into it. */
  function beginInside(process: Process, containerId: string, event: EventOf<'exec'>): void {
    const first = inits.get(containerId)
    const isInit = event.injected !== true && (first === undefined || first === process.pid)
    const { lineage } = process
    if (lineage.kind === 'request') return
    lineage.root = process
    if (isInit) {
      if (first === undefined) inits.set(containerId, process.pid)
      process.isContainerInit = true
      lineage.kind = 'init'
    } else {
      lineage.kind = 'injected'
      lineage.hardTags |= EXEC_IN
      process.tags |= EXEC_IN
    }
  }
}

function isServing(process: Process, nowMs: number): boolean {
  return process.serving > 0 && nowMs - process.servedAtMs < SERVING_MS
}

/** On the host work begins below process 1, or where nothing above is known. */
function startsSession(process: Process): boolean {
  return process.containerId === null && (process.parent === null || process.parent.pid <= 1)
}

/** runc makes a sealed copy of itself in memory and runs that (libcontainer/nsenter/cloned_binary.c). */
function isRuntimeProgram(process: Process): boolean {
  if (process.exeLayer === 'memory' || process.exeLayer === 'host') return true
  return baseName(process.args[0] ?? '') === 'runc' && process.args[1] === 'init'
}

/** A program that starts itself anew and ends, again and again, must not drag all of its forebears along. */
function cutAncestry(process: Process): void {
  let one = process.parent
  for (let step = 0; one !== null && step < DEPTH_MAX / 2; step++) one = one.parent
  if (one !== null) one.parent = null
  process.depth = DEPTH_MAX / 2
}
