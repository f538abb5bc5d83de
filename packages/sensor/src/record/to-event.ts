// One record → one event, with what the process table and the control groups know about its process.
import type { KernelEvent } from '@yagura/schema'
import { RECORD_CONSTANTS, RECORDS } from '@yagura/schema/kernel-record'
import type { CallTables } from '../call/names.ts'
import type { CgroupResolver } from '../cgroup/resolver.ts'
import type { Newcomers } from '../process/newcomers.ts'
import type { ProcessNumbers } from '../process/numbers.ts'
import type { Process, ProcessTable } from '../process/table.ts'
import { type Memory, readU32 } from '../ring/memory.ts'
import { callEvent, sequenceEvent } from './event/call.ts'
import { execFields } from './event/exec.ts'
import { fileEvent, openFields } from './event/file.ts'
import { dnsEvent, openEvent, socketEvent, trafficEvent } from './event/frequent.ts'
import { mountFields, namespaceFields } from './event/mount.ts'
import { capabilityFields, credentialFields, targetFields, traceFields } from './event/process.ts'
import {
  protocolFields,
  queryAt,
  socketFields,
  stdioFields,
  trafficFields,
  unusualSocketFields,
} from './event/socket.ts'
import { type Counting, counted, startCounting } from './number-text.ts'
import * as record from './records.ts'
import { createSeenFiles } from './seen-files.ts'
import { createTimestampWriter } from './time.ts'

export interface EventContext {
  readonly processes: ProcessTable
  readonly cgroups: CgroupResolver
  readonly numbers: ProcessNumbers
  readonly newcomers: Newcomers
  readonly calls: CallTables
  /** Unique for one run of the sensor. */
  readonly run: string
  /** Milliseconds since the epoch at boot: changes when the wall clock is set. */
  bootEpochMs: number
}

/** Reads a record and keeps the tables up to date; undefined for records that are no events. */
export type RecordReader = (memory: Memory, at: number, length: number, ring: number) => KernelEvent | undefined

const TYPE = Object.fromEntries(Object.entries(RECORDS).map(([name, { type }]) => [name, type])) as Readonly<
  Record<keyof typeof RECORDS, number>
>
const { CPU_INTERRUPT, CPU_PREEMPTIBLE } = RECORD_CONSTANTS

export function createRecordReader(context: EventContext): RecordReader {
  const { processes, cgroups, numbers, newcomers, calls } = context
  const timestamp = createTimestampWriter()
  const files = createSeenFiles()
  /** Each ring of a CPU counts on its own, and interrupts do: `<run>.<cpu><which>.<number>`. */
  const countings: Counting[] = []

  function idOf(memory: Memory, at: number, ring: number): string {
    const cpu = record.cpu(memory, at)
    const number = cpu & ~(CPU_INTERRUPT | CPU_PREEMPTIBLE)
    const kind = (cpu & CPU_INTERRUPT ? 2 : 0) + (cpu & CPU_PREEMPTIBLE ? 4 : 0)
    const index = number * 8 + kind + ring
    let counting = countings[index]
    if (counting === undefined) {
      const which = `${ring === 0 ? '' : 'b'}${['', 'i', 'p'][kind / 2] ?? ''}`
      counting = startCounting(`${context.run}.${number}${which}.`)
      countings[index] = counting
    }
    return counted(counting, record.sequence(memory, at))
  }

  function common(memory: Memory, at: number, ring: number, process: Process) {
    const pid = record.pid(memory, at)
    const group = cgroups.resolve(record.cgroupId(memory, at), record.cgroupV1Id(memory, at), pid)
    process.containerId = group.containerId
    return {
      id: idOf(memory, at, ring),
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
    if (type === 0 || type === TYPE.verdict) return undefined
    if (type === TYPE.cgroupMade || type === TYPE.cgroupMoved) {
      const path = record.cgroupPath(memory, at, length)
      cgroups.made(record.cgroupHierarchy(memory, at), record.cgroupChanged(memory, at), path)
      return undefined
    }
    if (type === TYPE.cgroupRemoved) {
      cgroups.removed(record.cgroupHierarchy(memory, at), record.cgroupChanged(memory, at))
      return undefined
    }
    const pid = record.pid(memory, at)
    const process = processes.find(pid, record.startNs(memory, at), record.parentPid(memory, at))
    const event = common(memory, at, ring, process)
    switch (type) {
      case TYPE.open:
        return openEvent(event, openFields(memory, at, length, event.cgroupId, files))
      case TYPE.exec: {
        const exe = record.execExe(memory, at, length)
        processes.executed(process, exe)
        event.exe = exe
        const injected = newcomers.executed(
          process,
          event.containerId,
          record.execMarks(memory, at),
          record.execInnerPid(memory, at),
        )
        return { ...event, type: 'exec', ...execFields(memory, at, length, injected) }
      }
      case TYPE.fork: {
        const childPid = record.forkChildPid(memory, at)
        const child = processes.forked(process, childPid, record.forkChildStartNs(memory, at))
        child.containerId = event.containerId
        numbers.forked(memory, at, childPid)
        return { ...event, type: 'fork', childPid, childStartNs: child.startNs }
      }
      case TYPE.exit: {
        if (!processes.exited(process)) return undefined
        numbers.exited(pid)
        const status = record.exitStatus(memory, at)
        return { ...event, type: 'exit', exitCode: (status >>> 8) & 0xff, signal: status & 0x7f }
      }
      case TYPE.connect: {
        const result = record.socketResult(memory, at)
        const about = socketFields(memory, at)
        if (result === RECORD_CONSTANTS.NO_RESULT) return socketEvent(event, 'connect', about)
        return { ...socketEvent(event, 'connect', about), result: result | 0 }
      }
      case TYPE.accept:
        return socketEvent(event, 'accept', socketFields(memory, at))
      case TYPE.listen:
        return socketEvent(event, 'listen', socketFields(memory, at))
      case TYPE.traffic:
        return trafficEvent(event, trafficFields(memory, at))
      case TYPE.protocol: {
        const fields = protocolFields(memory, at, length)
        return fields === undefined ? undefined : { ...event, type: 'protocol', ...fields }
      }
      case TYPE.dns: {
        const query = queryAt(memory, at, length)
        return query && dnsEvent(event, socketFields(memory, at), query)
      }
      case TYPE.socket:
        return { ...event, type: 'socket', ...unusualSocketFields(memory, at) }
      case TYPE.stdio:
        return { ...event, type: 'stdio', ...stdioFields(memory, at) }
      case TYPE.mount:
        return { ...event, type: 'mount', ...mountFields(memory, at, length) }
      case TYPE.namespace:
        return { ...event, type: 'namespace', ...namespaceFields(memory, at) }
      case TYPE.kill: {
        const target = targetOf(memory, at)
        return { ...event, type: 'kill', ...target, ...targetFields(memory, at) }
      }
      case TYPE.trace: {
        const target = targetOf(memory, at)
        return { ...event, type: 'trace', ...target, ...traceFields(memory, at, calls) }
      }
      case TYPE.credential:
        return { ...event, type: 'credential', ...credentialFields(memory, at, calls) }
      case TYPE.capability:
        return { ...event, type: 'capability', ...capabilityFields(memory, at) }
      case TYPE.call:
        return { ...event, type: 'call', ...callEvent(memory, at, length, calls) }
      case TYPE.sequence:
        return { ...event, type: 'sequence', ...sequenceEvent(memory, at) }
      default:
        return { ...event, ...fileEvent(memory, at, length, type, event.cgroupId, files) }
    }
  }

  function targetOf(memory: Memory, at: number) {
    const pid = numbers.find(
      readU32(memory, at + TARGET.globalTarget),
      readU32(memory, at + TARGET.namespace),
      readU32(memory, at + TARGET.target) | 0,
    )
    const target = pid === 0 ? undefined : processes.get(pid)
    if (target !== undefined && target.containerId === undefined) target.containerId = cgroups.ofPid(pid)
    return { targetPid: pid, targetExe: target?.exe ?? '', targetContainerId: target?.containerId ?? null }
  }
}

const TARGET = record.TARGET_AT
