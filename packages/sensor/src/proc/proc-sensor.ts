// The sensor without BPF: looks at /proc again and again. Whatever lives shorter than the pause is missed, and it says so.
import type { CoverageGapReport, KernelEvent } from '@yagura/schema'
import { identifyWithState } from '../cgroup/runtime-state.ts'
import { HOOKS } from '../hook/hooks.ts'
import { exitStatusOf, processIds, readArguments, readCwd, readStat, TICK_NS } from '../process/procfs.ts'
import { createProcessTable, procLookUp } from '../process/table.ts'
import type { Sensor, SensorOptions } from '../sensor.ts'
import { createWalkedGroups } from './groups.ts'
import { describeProcess, type SeenProcess } from './processes.ts'
import { networkNamespace, ownersOf, type ProcSocket, readSockets } from './sockets.ts'

/** Reading /proc costs: not every poll does. */
const PAUSE_MS = 500
const MAX_ARGS = 256
const MAX_NAMESPACES = 64
/** The exit status of a process that others waited for cannot be learnt. */
const UNKNOWN_EXIT = -1

export type ProcSensorOptions = Omit<SensorOptions, 'mode'> & {
  readonly scope: string
  readonly run: string
  /** Why there is no BPF, as one sentence without its full stop. */
  readonly reason: string
}

export function openProcSensor({ clock, scope, run, reason, runtimeRoot }: ProcSensorOptions): Sensor {
  const lookUp = procLookUp({ left: Number.MAX_SAFE_INTEGER })
  const ancestors = createProcessTable(lookUp)
  const groups = createWalkedGroups(identifyWithState(runtimeRoot ?? ''))
  const seen = new Map<number, SeenProcess>()
  let sockets = new Set<number>()
  let isFirst = true
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let events = 0
  let isTold = false

  function base(process: SeenProcess) {
    const known = ancestors.find(process.pid, process.startTick * TICK_NS, process.parentPid)
    return {
      id: `${run}.p.${events++}`,
      at: new Date(clock.nowMs()).toISOString(),
      source: 'proc' as const,
      pid: process.pid,
      tid: process.pid,
      parentPid: process.parentPid,
      startNs: known.startNs,
      uid: process.uid,
      gid: process.gid,
      command: process.command.slice(0, 64),
      exe: process.exe,
      cgroupId: process.cgroupId,
      containerId: process.containerId,
      ancestry: [...known.ancestry],
    }
  }

  function execOf(process: SeenProcess): KernelEvent {
    const args = readArguments(process.pid)
    return {
      ...base(process),
      type: 'exec',
      args: args.slice(0, MAX_ARGS).map((argument) => argument.slice(0, 4096)),
      argsTruncated: args.length > MAX_ARGS || args.some((argument) => argument.length > 4096),
      cwd: readCwd(process.pid) ?? null,
    }
  }

  function exitOf(process: SeenProcess): KernelEvent {
    const event = base(process)
    const status = exitStatusOf(process.pid, process.startTick)
    ancestors.exited(ancestors.find(process.pid, process.startTick * TICK_NS, process.parentPid))
    if (status === undefined) return { ...event, type: 'exit', exitCode: UNKNOWN_EXIT, signal: 0 }
    return { ...event, type: 'exit', exitCode: (status >>> 8) & 0xff, signal: status & 0x7f }
  }

  function lookAtProcesses(hand: (event: KernelEvent) => void): void {
    const alive = new Set<number>()
    for (const pid of processIds()) {
      const stat = readStat(pid)
      if (stat === undefined || stat.state === 'Z' || stat.isKernelThread) continue
      alive.add(pid)
      const before = seen.get(pid)
      if (before?.startTick === stat.startTick && before.command === stat.command) continue
      if (before !== undefined && before.startTick !== stat.startTick) hand(exitOf(before))
      const process = describeProcess(stat, groups.at)
      seen.set(pid, process)
      const known = ancestors.find(pid, stat.startTick * TICK_NS, stat.parentPid)
      ancestors.executed(known, process.exe)
      if (!isFirst) hand(execOf(process))
    }
    for (const [pid, process] of seen) {
      if (alive.has(pid)) continue
      seen.delete(pid)
      hand(exitOf(process))
    }
  }

  function lookAtSockets(hand: (event: KernelEvent) => void): void {
    const byNamespace = new Map<string, number>()
    for (const pid of seen.keys()) {
      const namespace = networkNamespace(pid)
      if (namespace !== undefined && !byNamespace.has(namespace)) byNamespace.set(namespace, pid)
      if (byNamespace.size === MAX_NAMESPACES) break
    }
    const now = [...byNamespace.values()].flatMap((pid) => readSockets(pid))
    const fresh = isFirst ? [] : now.filter((socket) => !sockets.has(socket.inode))
    sockets = new Set(now.map((socket) => socket.inode))
    if (fresh.length === 0) return
    const owners = ownersOf(new Set(fresh.map((socket) => socket.inode)), [...seen.keys()])
    for (const socket of fresh) {
      const owner = seen.get(owners.get(socket.inode) ?? -1)
      if (owner !== undefined) hand(socketEvent(owner, socket))
    }
  }

  function socketEvent(owner: SeenProcess, { inode: _, direction, ...ends }: ProcSocket): KernelEvent {
    return { ...base(owner), type: direction, protocol: 'tcp', ...ends }
  }

  return {
    mode: 'proc',
    reason: sentence(reason),
    hooks: HOOKS.map(({ name }) => ({ name, state: 'missing', reason })),
    poll(handler) {
      const nowMs = clock.monotonicMs()
      if (nowMs - lookedAtMs < PAUSE_MS) return 0
      lookedAtMs = nowMs
      const before = events
      groups.refresh()
      lookAtProcesses(handler)
      lookAtSockets(handler)
      isFirst = false
      return events - before
    },
    gaps() {
      if (isTold) return []
      isTold = true
      return [unavailable(scope, reason, new Date(clock.nowMs()).toISOString())]
    },
    stats: () => ({ eventsRead: events, eventsLost: 0 }),
    containers: () => groups.containers(),
    tampered: () => [],
    enforcement: null,
    sequences: null,
    resumedFromMs: null,
    close() {},
  }
}

/** Names of files and libraries keep their small letter. */
function sentence(text: string): string {
  return `${/^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`
}

function unavailable(scope: string, reason: string, observedAt: string): CoverageGapReport {
  return {
    code: 'SENSOR_UNAVAILABLE',
    scope,
    subject: 'ebpf',
    reason: `Only /proc is looked at, twice a second, and what lives shorter is missed. ${sentence(reason)}`,
    remedy: 'Run the agent as root on a kernel of 5.8 or later with BTF, with libbpf installed.',
    count: 1,
    observedAt,
    resolved: false,
  }
}
