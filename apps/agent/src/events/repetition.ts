// Acts that are the same over and over — a shell that runs `sleep` in a loop, a probe, a server that is asked by its neighbour — are
// counted instead of sent. The first few of a kind go to the server one by one, at once; of those that follow within a few seconds one
// goes, and says for how many it stands and since when (`repeats`). Nothing is lost: every act is sent or counted, and detection has
// seen it before.
//
// A process is told from its beginning: where anything of it is to be sent, or where it lives on, its fork and its exec are sent first,
// and so are those of its parents. Only processes that came, did nothing new and went are counted.
import type { EventOf, KernelEvent } from '@yagura/schema'

export interface Repetition {
  /** Takes the event when it is one more of the same; false when it is to be sent, after `owed`. */
  takes(event: KernelEvent): boolean
  /** The beginnings of this process and of its parents that were not sent. */
  owed(process: Lineage, send: (event: KernelEvent) => void): void
  /** Tells what has come together, if it is time; call it often. */
  tick(send: (event: KernelEvent) => void): void
  /** Tells everything now. */
  flush(send: (event: KernelEvent) => void): void
  /** Since when something was taken that was not told yet; undefined when there is nothing. */
  oldestMs(): number | undefined
}

type Lineage = Pick<KernelEvent, 'pid' | 'startNs' | 'ancestry'>

/** Acts of one kind that go one by one, before they are counted. */
const SINGLY = 5
/** What is taken and not yet told dies with an agent that is killed: so not for long. */
const TOLD_EVERY_MS = 2000
/** A kind that was not seen for so many rounds is new again; sooner where it never was counted. */
const ROUNDS_REMEMBERED = 30
const ROUNDS_NOTED = 5
/** A process that lives longer is no repetition. */
const SHORT_MS = 2000
/** What is beyond goes one by one. */
const KINDS_OF_PROGRAM_MAX = 16
const KINDS_OF_CONTAINER_MAX = 512
const KINDS_MAX = 4096
const BIRTHS_MAX = 4096

/** All acts that differ in nothing but when and under which number. */
interface Kind {
  seen: number
  /** Taken since they were last told. */
  count: number
  since: string
  last: KernelEvent
  idleRounds: number
}

/** The beginning of a process that lives: its fork, its exec. */
interface Birth {
  readonly startNs: string
  readonly atMs: number
  readonly acts: { readonly kind: Kind; readonly event: KernelEvent }[]
}

interface Container {
  /** Kinds of acts by program. */
  readonly programs: Map<string, Kind[]>
  kinds: number
}

export function createRepetition(clock: { readonly monotonicMs: () => number }): Repetition {
  const containers = new Map<string | null, Container>()
  const births = new Map<number, Birth>()
  let kinds = 0
  let toldAtMs = clock.monotonicMs()
  let takenSinceMs: number | undefined

  function kindOf(event: KernelEvent): Kind | undefined {
    let container = containers.get(event.containerId)
    if (container === undefined) {
      container = { programs: new Map(), kinds: 0 }
      containers.set(event.containerId, container)
    }
    const known = container.programs.get(event.exe)
    for (const kind of known ?? []) if (isSame(kind.last, event)) return kind
    const isFull = kinds >= KINDS_MAX || container.kinds >= KINDS_OF_CONTAINER_MAX
    if (isFull || (known?.length ?? 0) >= KINDS_OF_PROGRAM_MAX) return undefined
    const made = { seen: 0, count: 0, since: event.at, last: event, idleRounds: 0 }
    if (known === undefined) container.programs.set(event.exe, [made])
    else known.push(made)
    container.kinds += 1
    kinds += 1
    return made
  }

  function count(kind: Kind, event: KernelEvent): void {
    if (kind.count === 0) kind.since = event.at
    kind.count += 1
    kind.last = event
    takenSinceMs ??= clock.monotonicMs()
  }

  function bear(pid: number, startNs: string, kind: Kind, event: KernelEvent): boolean {
    const known = births.get(pid)
    if (known?.startNs === startNs) {
      known.acts.push({ kind, event })
      return true
    }
    // what had this number before has ended unseen: it stays to be told with the rest
    if (known !== undefined) end(pid, known)
    if (births.size >= BIRTHS_MAX) return false
    births.set(pid, { startNs, atMs: clock.monotonicMs(), acts: [{ kind, event }] })
    takenSinceMs ??= clock.monotonicMs()
    return true
  }

  function end(pid: number, birth: Birth): void {
    births.delete(pid)
    for (const { kind, event } of birth.acts) count(kind, event)
  }

  function owe(pid: number, startNs: string, send: (event: KernelEvent) => void): void {
    const birth = births.get(pid)
    if (birth === undefined || birth.startNs !== startNs) return
    births.delete(pid)
    for (const { event } of birth.acts) send(event)
  }

  function tell(send: (event: KernelEvent) => void): void {
    for (const { programs } of containers.values()) {
      for (const ofProgram of programs.values()) {
        for (const kind of ofProgram) {
          if (kind.count === 0) continue
          send(kind.count === 1 ? kind.last : { ...kind.last, repeats: { count: kind.count, since: kind.since } })
          kind.count = 0
        }
      }
    }
  }

  function forget(): void {
    for (const [containerId, container] of containers) {
      for (const [exe, ofProgram] of container.programs) {
        const kept = ofProgram.filter(isRemembered)
        container.kinds -= ofProgram.length - kept.length
        kinds -= ofProgram.length - kept.length
        if (kept.length === 0) container.programs.delete(exe)
        else if (kept.length < ofProgram.length) container.programs.set(exe, kept)
      }
      if (container.programs.size === 0) containers.delete(containerId)
    }
  }

  return {
    takes(event) {
      const kind = kindOf(event)
      if (kind === undefined) return false
      kind.idleRounds = 0
      kind.seen += 1
      if (event.type === 'exit') {
        const birth = births.get(event.pid)
        // whose beginning was sent, of that the end is sent
        if (birth === undefined || birth.startNs !== event.startNs || kind.seen <= SINGLY) return false
        end(event.pid, birth)
        count(kind, event)
        return true
      }
      if (kind.seen <= SINGLY) return false
      if (event.type === 'exec') return bear(event.pid, event.startNs, kind, event)
      if (event.type === 'fork') {
        return event.childStartNs !== undefined && bear(event.childPid, event.childStartNs, kind, event)
      }
      count(kind, event)
      return true
    },
    owed({ pid, startNs, ancestry }, send) {
      if (births.size === 0) return
      for (const one of ancestry.toReversed()) owe(one.pid, one.startNs, send)
      owe(pid, startNs, send)
    },
    tick(send) {
      const nowMs = clock.monotonicMs()
      for (const [pid, birth] of births) {
        if (nowMs - birth.atMs < SHORT_MS) break
        owe(pid, birth.startNs, send)
      }
      if (nowMs - toldAtMs < TOLD_EVERY_MS) return
      toldAtMs = nowMs
      tell(send)
      forget()
      const [oldest] = births.values()
      takenSinceMs = oldest?.atMs
    },
    flush(send) {
      for (const [pid, birth] of births) owe(pid, birth.startNs, send)
      tell(send)
      takenSinceMs = undefined
    },
    oldestMs: () => takenSinceMs,
  }
}

function isRemembered(kind: Kind): boolean {
  kind.idleRounds += 1
  return kind.idleRounds <= (kind.seen > SINGLY ? ROUNDS_REMEMBERED : ROUNDS_NOTED)
}

/** Differs in nothing but time, number of the process and what the kernel counts up. */
function isSame(a: KernelEvent, b: KernelEvent): boolean {
  if (a.type !== b.type || a.uid !== b.uid || a.gid !== b.gid || a.command !== b.command) return false
  if (a.ancestry[0]?.exe !== b.ancestry[0]?.exe) return false
  switch (a.type) {
    case 'fork':
      return true
    case 'exit':
      return b.type === 'exit' && a.exitCode === b.exitCode && a.signal === b.signal
    case 'exec':
      return b.type === 'exec' && isSameExec(a, b)
    case 'connect':
      return b.type === 'connect' && a.result === b.result && isSamePeer(a, b) && a.remotePort === b.remotePort
    case 'accept':
      return b.type === 'accept' && isSamePeer(a, b) && a.localPort === b.localPort
    default:
      return false
  }
}

function isSamePeer(a: EventOf<'connect' | 'accept'>, b: EventOf<'connect' | 'accept'>): boolean {
  return a.remoteAddress === b.remoteAddress && a.localAddress === b.localAddress && a.protocol === b.protocol
}

function isSameExec(a: EventOf<'exec'>, b: EventOf<'exec'>): boolean {
  return (
    isSameList(a.args, b.args) &&
    a.cwd === b.cwd &&
    a.exeInode === b.exeInode &&
    a.exeDevice === b.exeDevice &&
    a.exeLayer === b.exeLayer &&
    a.exeUnlinked === b.exeUnlinked &&
    a.injected === b.injected &&
    a.terminal === b.terminal &&
    a.capabilities === b.capabilities &&
    a.realUid === b.realUid &&
    a.mountNamespace === b.mountNamespace &&
    a.pidNamespace === b.pidNamespace &&
    a.userNamespace === b.userNamespace &&
    isSameList(a.environment, b.environment) &&
    isSameStdio(a.stdio, b.stdio)
  )
}

function isSameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

/** Pipes and sockets are new ones each time; what kind they are and where they lead is not. A file is the same one. */
function isSameStdio(a: EventOf<'exec'>['stdio'], b: EventOf<'exec'>['stdio']): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b
  for (let index = 0; index < a.length; index++) {
    const [one, other] = [a[index], b[index]]
    if (one?.kind !== other?.kind || one?.remoteAddress !== other?.remoteAddress) return false
    if (one?.remotePort !== other?.remotePort) return false
    if (one?.kind === 'file' && one.id !== other?.id) return false
  }
  return true
}
