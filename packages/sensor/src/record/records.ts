// Typed access to the records in a ring. Offsets come from the table that the C header is made from; nothing is read
// until it is asked for, and no length in a record is believed beyond the record's end.
import {
  HEADER_SIZE_BYTES,
  RECORD_CONSTANTS,
  RECORDS,
  type RecordName,
  recordLayout,
} from '@yagura/schema/kernel-record'
import { type Memory, readU8, readU16, readU32, readU64 } from '../ring/memory.ts'
import { ipv6Of, isMappedIpv4, rememberingIpv4 } from './address.ts'
import { rememberingNumbers } from './number-text.ts'
import { pathOf } from './path.ts'
import { remembering, rememberingNames, rememberingWords, textOf } from './text.ts'

const EXEC = recordLayout('exec')
const FORK = recordLayout('fork')
const EXIT = recordLayout('exit')
const SOCKET = recordLayout('connect')
const OPEN = recordLayout('open')
const CGROUP = recordLayout('cgroupMade')
const C = RECORD_CONSTANTS

const SIZES = new Uint16Array(C.TYPES)
for (const name of Object.keys(RECORDS) as RecordName[]) {
  const layout = recordLayout(name)
  SIZES[layout.type] = layout.sizeBytes
}

// header: the same places in every record
const AT = EXEC.at
export const TIME_OFFSET = AT.timeNs

const numberText = rememberingNumbers(8192)

/** A file's inode, an id: as text, exact whatever its size. */
export function textU64(memory: Memory, at: number): string {
  const high = readU32(memory, at + 4)
  if (high < 0x20_0000) return numberText(high * 0x1_0000_0000 + readU32(memory, at))
  return String((BigInt(high) << 32n) | BigInt(readU32(memory, at)))
}

/** A path in a tail: components from `start`, so many bytes, with the FLAG_PATH_ bits that belong to it. */
export function pathAt(memory: Memory, start: number, sizeBytes: number, end: number, flags: number): string {
  const from = Math.min(start, end)
  const to = Math.min(from + sizeBytes, end)
  return path(memory, from, to, (flags & C.FLAG_PATH_TRUNCATED) !== 0, (flags & C.FLAG_PATH_UNREACHABLE) !== 0)
}

/** Text in a tail, without the NUL that ends it. */
export function textAt(memory: Memory, start: number, sizeBytes: number, end: number): string {
  const from = Math.min(start, end)
  const to = Math.min(from + sizeBytes, end)
  let stop = from
  while (stop < to && memory.bytes[stop] !== 0) stop++
  return textOf(memory.bytes, from, stop)
}

/** The record's type; 0 when it is none or too short for its fields. */
export function typeOf(memory: Memory, at: number, length: number): number {
  if (length < HEADER_SIZE_BYTES) return 0
  const type = readU8(memory, at + AT.type)
  const size = SIZES[type] ?? 0
  return size !== 0 && length >= size ? type : 0
}

export const timeNs = (memory: Memory, at: number): number => readU64(memory, at + AT.timeNs)
export const sequence = (memory: Memory, at: number): number => readU64(memory, at + AT.sequence)
export const cgroupId = (memory: Memory, at: number): number => readU64(memory, at + AT.cgroupId)
export const cgroupV1Id = (memory: Memory, at: number): number => readU64(memory, at + AT.cgroupV1Id)
export const startNs = (memory: Memory, at: number): number => readU64(memory, at + AT.startNs)
export const pid = (memory: Memory, at: number): number => readU32(memory, at + AT.pid)
export const tid = (memory: Memory, at: number): number => readU32(memory, at + AT.tid)
export const parentPid = (memory: Memory, at: number): number => readU32(memory, at + AT.parentPid)
export const uid = (memory: Memory, at: number): number => readU32(memory, at + AT.uid)
export const gid = (memory: Memory, at: number): number => readU32(memory, at + AT.gid)
export const cpu = (memory: Memory, at: number): number => readU16(memory, at + AT.cpu)

const commandText = rememberingNames(2048)
export const command = (memory: Memory, at: number): string => commandText(memory.u32, memory.bytes, at + AT.command)

const readPath = (bytes: Uint8Array, start: number, end: number) => pathOf(bytes, start, end, false, false)
const plainPath = remembering(2048, readPath)
const alignedPath = rememberingWords(8192, readPath)
export function path(memory: Memory, start: number, end: number, truncated: boolean, unreachable: boolean): string {
  if (truncated || unreachable) return pathOf(memory.bytes, start, end, truncated, unreachable)
  return (start & 3) === 0 ? alignedPath(memory.u32, memory.bytes, start, end) : plainPath(memory.bytes, start, end)
}

export function flag(memory: Memory, at: number, bit: number): boolean {
  return (readU8(memory, at + AT.flags) & bit) !== 0
}

// exec
const argument = remembering(4096, textOf)
const MAX_ARGS = 256

export interface Arguments {
  readonly args: string[]
  readonly truncated: boolean
}

export function execArguments(memory: Memory, at: number, length: number): Arguments {
  const { bytes } = memory
  const start = at + EXEC.sizeBytes
  const size = readU16(memory, at + EXEC.at.argsSize)
  const end = Math.min(start + size, at + length)
  const args: string[] = []
  let from = start
  for (let index = start; index < end; index++) {
    if (bytes[index] !== 0) continue
    if (args.length === MAX_ARGS) return { args, truncated: true }
    args.push(argument(bytes, from, index))
    from = index + 1
  }
  if (from < end && args.length < MAX_ARGS) args.push(argument(bytes, from, end))
  return { args, truncated: size < readU32(memory, at + EXEC.at.argsTotal) }
}

export function execExe(memory: Memory, at: number, length: number): string {
  const start = Math.min(at + EXEC.sizeBytes + readU16(memory, at + EXEC.at.argsSize), at + length)
  const end = Math.min(start + readU16(memory, at + EXEC.at.exeSize), at + length)
  const truncated = flag(memory, at, C.FLAG_PATH_TRUNCATED)
  return path(memory, start, end, truncated, flag(memory, at, C.FLAG_PATH_UNREACHABLE))
}

export function execCwd(memory: Memory, at: number, length: number): string {
  const tail = readU16(memory, at + EXEC.at.argsSize) + readU16(memory, at + EXEC.at.exeSize)
  const start = Math.min(at + EXEC.sizeBytes + tail, at + length)
  const end = Math.min(start + readU16(memory, at + EXEC.at.cwdSize), at + length)
  const truncated = flag(memory, at, C.FLAG_CWD_TRUNCATED)
  return path(memory, start, end, truncated, flag(memory, at, C.FLAG_CWD_UNREACHABLE))
}

// fork, exit
export const forkChildPid = (memory: Memory, at: number): number => readU32(memory, at + FORK.at.childPid)
export const forkChildStartNs = (memory: Memory, at: number): number => readU64(memory, at + FORK.at.childStartNs)
export const exitStatus = (memory: Memory, at: number): number => readU32(memory, at + EXIT.at.status)

// connect, accept
const AF_INET6 = 10
const ipv4 = rememberingIpv4(4096)
const ipv6 = remembering(1024, ipv6Of)

export function socketFamily(memory: Memory, at: number): 'inet' | 'inet6' {
  if (readU16(memory, at + SOCKET.at.family) !== AF_INET6) return 'inet'
  return isMappedIpv4(memory.bytes, at + SOCKET.at.remoteAddress) ? 'inet' : 'inet6'
}
export const localAddress = (memory: Memory, at: number): string => address(memory, at, at + SOCKET.at.localAddress)
export const remoteAddress = (memory: Memory, at: number): string => address(memory, at, at + SOCKET.at.remoteAddress)
export const localPort = (memory: Memory, at: number): number => readU16(memory, at + SOCKET.at.localPort)
export const remotePort = (memory: Memory, at: number): number => readU16(memory, at + SOCKET.at.remotePort)

export function socketProtocol(memory: Memory, at: number): 'tcp' | 'udp' | 'other' {
  const number = readU16(memory, at + SOCKET.at.protocol)
  return number === 6 || number === 262 ? 'tcp' : number === 17 || number === 136 ? 'udp' : 'other'
}

function address(memory: Memory, at: number, place: number): string {
  return addressOf(memory, place, readU16(memory, at + SOCKET.at.family))
}

export function addressOf(memory: Memory, place: number, family: number): string {
  if (family !== AF_INET6) return ipv4(readU32(memory, place))
  const { bytes } = memory
  return isMappedIpv4(bytes, place) ? ipv4(readU32(memory, place + 12)) : ipv6(bytes, place, place + 16)
}

export const socketInode = (memory: Memory, at: number): number => readU64(memory, at + SOCKET.at.socketInode)
export const socketResult = (memory: Memory, at: number): number => readU32(memory, at + SOCKET.at.result)

export const flagsOf = (memory: Memory, at: number): number => readU8(memory, at + AT.flags)
export const isVerdict = (memory: Memory, at: number): boolean => readU8(memory, at + AT.type) === RECORDS.verdict.type
export const TARGET_AT = recordLayout('kill').at
export const execInnerPid = (memory: Memory, at: number): number => readU32(memory, at + EXEC.at.innerPid)
export const execMarks = (memory: Memory, at: number): number => readU8(memory, at + EXEC.at.marks)

// open
export const openFlags = (memory: Memory, at: number): number => readU32(memory, at + OPEN.at.openFlags)
export const openCreated = (memory: Memory, at: number): boolean => flag(memory, at, C.FLAG_CREATED)
export function openPath(memory: Memory, at: number, length: number): string {
  const start = at + OPEN.sizeBytes
  const end = Math.min(start + readU32(memory, at + OPEN.at.pathSize), at + length)
  const truncated = flag(memory, at, C.FLAG_PATH_TRUNCATED)
  return path(memory, start, end, truncated, flag(memory, at, C.FLAG_PATH_UNREACHABLE))
}

// control groups
export const cgroupChanged = (memory: Memory, at: number): number => readU64(memory, at + CGROUP.at.id)
export const cgroupHierarchy = (memory: Memory, at: number): number => readU32(memory, at + CGROUP.at.hierarchy)
export function cgroupPath(memory: Memory, at: number, length: number): string {
  const start = at + CGROUP.sizeBytes
  const end = Math.min(start + readU32(memory, at + CGROUP.at.pathSize), at + length)
  let stop = start
  while (stop < end && memory.bytes[stop] !== 0) stop++
  return textOf(memory.bytes, start, stop)
}
