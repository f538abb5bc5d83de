// Who is alive and where they came from. Ancestry is fixed when a process branches off: what its parent was at that
// moment stays true, even when the parent becomes another program or ends.
import type { Ancestor } from '@yagura/schema'
import { processIds, readExe, readStat, TICK_NS } from './procfs.ts'

const MAX_ANCESTORS = 32
const MAX_PROCESSES = 65_536

export interface Process {
  readonly pid: number
  /** Start since boot in ticks: with the pid it names the process for good, the same from the kernel and from /proc. */
  readonly startTick: number
  /** The same in nanoseconds, as text. */
  readonly startNs: string
  exe: string
  readonly ancestry: readonly Ancestor[]
  /** undefined until something of the process was seen. */
  containerId: string | null | undefined
  /** It has run a program in its container. */
  hasEntered: boolean
  /** This process and its ancestry, for its children; made on first use, dropped at exec. */
  lineage: readonly Ancestor[] | undefined
}

export interface ProcessTable {
  /** The process a record names; made up from what is known when its beginning was missed. */
  find(pid: number, startNs: number, parentPid: number): Process
  /** The process of this number, if one is known to live. */
  get(pid: number): Process | undefined
  forked(parent: Process, childPid: number, childStartNs: number): Process
  executed(process: Process, exe: string): void
  /** False when it was gone already. */
  exited(process: Process): boolean
  /** Reads all that run now. */
  bootstrap(): void
  readonly size: number
}

/** Asks /proc for a process; undefined when it is gone, or when too many were asked for. */
export type LookUp = (pid: number) => { parentPid: number; startTick: number; exe: string } | undefined

export function createProcessTable(lookUp: LookUp, maxProcesses: number = MAX_PROCESSES): ProcessTable {
  const processes = new Map<number, Process>()

  function add(pid: number, startTick: number, exe: string, ancestry: readonly Ancestor[]): Process {
    if (processes.size >= maxProcesses) makeRoom(processes, maxProcesses)
    const process: Process = {
      pid,
      startTick,
      startNs: `${startTick}0000000`,
      exe,
      ancestry,
      containerId: undefined,
      hasEntered: false,
      lineage: undefined,
    }
    processes.delete(pid)
    processes.set(pid, process)
    return process
  }

  function lineageOf(process: Process): readonly Ancestor[] {
    if (process.lineage === undefined) {
      const self = { pid: process.pid, exe: process.exe, startNs: process.startNs }
      process.lineage = [self, ...process.ancestry.slice(0, MAX_ANCESTORS - 1)]
    }
    return process.lineage
  }

  /** A process whose fork was not seen; its parents are looked up as far as they live. */
  function discover(pid: number, startTick: number, parentPid: number, depth: number): Process {
    const seen = lookUp(pid)
    const isSame = seen?.startTick === startTick
    const parent = parentOf(isSame ? seen.parentPid : parentPid, startTick, depth)
    return add(pid, startTick, isSame ? seen.exe : '', parent === undefined ? [] : lineageOf(parent))
  }

  function parentOf(pid: number, childTick: number, depth: number): Process | undefined {
    if (pid === 0 || depth >= MAX_ANCESTORS) return undefined
    const known = processes.get(pid)
    if (known !== undefined) return known.startTick <= childTick ? known : undefined
    const seen = lookUp(pid)
    if (seen === undefined || seen.startTick > childTick) return undefined
    return discover(pid, seen.startTick, seen.parentPid, depth + 1)
  }

  return {
    find(pid, startNs, parentPid) {
      const startTick = Math.floor(startNs / TICK_NS)
      const known = processes.get(pid)
      if (known !== undefined && known.startTick === startTick) return known
      return discover(pid, startTick, parentPid, 0)
    },
    get: (pid) => processes.get(pid),
    forked(parent, childPid, childStartNs) {
      const startTick = Math.floor(childStartNs / TICK_NS)
      const known = processes.get(childPid)
      if (known?.startTick === startTick) return known
      return add(childPid, startTick, parent.exe, lineageOf(parent))
    },
    executed(process, exe) {
      process.exe = exe
      process.lineage = undefined
    },
    exited(process) {
      return processes.get(process.pid) === process && processes.delete(process.pid)
    },
    bootstrap() {
      for (const pid of processIds()) {
        const stat = lookUp(pid)
        if (stat !== undefined && !processes.has(pid)) discover(pid, stat.startTick, stat.parentPid, 0)
      }
    },
    get size() {
      return processes.size
    },
  }
}

/** Exits may have been lost: those go first. If that is not enough, a tenth goes, those known longest first. */
function makeRoom(processes: Map<number, Process>, maxProcesses: number): void {
  const alive = new Set(processIds())
  for (const pid of processes.keys()) if (!alive.has(pid)) processes.delete(pid)
  let excess = processes.size - Math.floor(maxProcesses * 0.9)
  for (const pid of processes.keys()) {
    if (excess-- <= 0) break
    processes.delete(pid)
  }
}

/** Looks processes up in /proc, at most `budget.left` times. */
export function procLookUp(budget: { left: number }): LookUp {
  return (pid) => {
    if (budget.left <= 0) return undefined
    budget.left--
    const stat = readStat(pid)
    if (stat === undefined) return undefined
    return { parentPid: stat.parentPid, startTick: stat.startTick, exe: readExe(pid) ?? '' }
  }
}
