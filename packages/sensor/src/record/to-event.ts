// One record → one event, with what the process table and the control groups know about its process.
import type { KernelEvent } from '@yagura/schema'
import type { CgroupResolver } from '../cgroup/resolver.ts'
import type { Process, ProcessTable } from '../process/table.ts'
import type { Memory } from '../ring/memory.ts'
import * as record from './records.ts'
import { createTimestampWriter } from './time.ts'

export interface EventContext {
  readonly processes: ProcessTable
  readonly cgroups: CgroupResolver
  /** Unique for one run of the sensor. */
  readonly run: string
  /** Milliseconds since the epoch at boot: changes when the wall clock is set. */
  bootEpochMs: number
}

/** Reads a record and keeps the tables up to date; undefined for records that are no events. */
export type RecordReader = (memory: Memory, at: number, length: number, ring: number) => KernelEvent | undefined

export function createRecordReader(context: EventContext): RecordReader {
  const { processes, cgroups } = context
  const timestamp = createTimestampWriter()
  /** `<run>.<cpu>.` by CPU and ring: each ring of a CPU counts on its own. */
  const idPrefixes: string[] = []

  function idPrefix(cpu: number, ring: number): string {
    const index = cpu * 2 + ring
    let prefix = idPrefixes[index]
    if (prefix === undefined) {
      prefix = `${context.run}.${cpu}${ring === 0 ? '' : 'b'}.`
      idPrefixes[index] = prefix
    }
    return prefix
  }

  function common(memory: Memory, at: number, ring: number, process: Process) {
    const pid = record.pid(memory, at)
    const group = cgroups.resolve(record.cgroupId(memory, at), record.cgroupV1Id(memory, at), pid)
    return {
      id: idPrefix(record.cpu(memory, at), ring) + record.sequence(memory, at),
      at: timestamp(context.bootEpochMs + record.timeNs(memory, at) / 1e6),
      source: 'ebpf' as const,
      pid,
      tid: record.tid(memory, at),
      parentPid: record.parentPid(memory, at),
      startNs: process.startNs,
      uid: record.uid(memory, at),
      gid: record.gid(memory, at),
      command: record.command(memory, at),
      exe: process.exe,
      cgroupId: group.id,
      containerId: group.containerId,
      ancestry: process.ancestry as Process['ancestry'][number][],
    }
  }

  return (memory, at, length, ring) => {
    const type = record.typeOf(memory, at, length)
    if (type === 0) return undefined
    if (type === record.TYPE_CGROUP_MADE || type === record.TYPE_CGROUP_MOVED) {
      const path = record.cgroupPath(memory, at, length)
      cgroups.made(record.cgroupHierarchy(memory, at), record.cgroupChanged(memory, at), path)
      return undefined
    }
    if (type === record.TYPE_CGROUP_REMOVED) {
      cgroups.removed(record.cgroupHierarchy(memory, at), record.cgroupChanged(memory, at))
      return undefined
    }
    const pid = record.pid(memory, at)
    const process = processes.find(pid, record.startNs(memory, at), record.parentPid(memory, at))
    switch (type) {
      case record.TYPE_EXEC: {
        processes.executed(process, record.execExe(memory, at, length))
        const { args, truncated } = record.execArguments(memory, at, length)
        const event = common(memory, at, ring, process)
        return { ...event, type: 'exec', args, argsTruncated: truncated, cwd: record.execCwd(memory, at, length) }
      }
      case record.TYPE_FORK: {
        const childPid = record.forkChildPid(memory, at)
        processes.forked(process, childPid, record.forkChildStartNs(memory, at))
        return { ...common(memory, at, ring, process), type: 'fork', childPid }
      }
      case record.TYPE_EXIT: {
        if (!processes.exited(process)) return undefined
        const status = record.exitStatus(memory, at)
        const event = common(memory, at, ring, process)
        return { ...event, type: 'exit', exitCode: (status >>> 8) & 0xff, signal: status & 0x7f }
      }
      case record.TYPE_CONNECT:
      case record.TYPE_ACCEPT:
        return {
          ...common(memory, at, ring, process),
          type: type === record.TYPE_CONNECT ? 'connect' : 'accept',
          family: record.socketFamily(memory, at),
          protocol: record.socketProtocol(memory, at),
          localAddress: record.localAddress(memory, at),
          localPort: record.localPort(memory, at),
          remoteAddress: record.remoteAddress(memory, at),
          remotePort: record.remotePort(memory, at),
        }
      default:
        return {
          ...common(memory, at, ring, process),
          type: 'open',
          path: record.openPath(memory, at, length),
          flags: record.openFlags(memory, at),
          created: record.openCreated(memory, at),
        }
    }
  }
}
