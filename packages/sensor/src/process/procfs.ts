// What /proc says of processes: at the start, for processes whose beginning was missed, and all of it without BPF.
// Source: proc_pid_stat(5), proc_pid_cgroup(5). Everything may vanish while it is read: then the answer is undefined.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** The kernel shows times of processes in 1/100 s on every architecture (USER_HZ). */
export const TICK_NS = 10_000_000

export interface ProcStat {
  readonly pid: number
  readonly parentPid: number
  readonly command: string
  /** 'R', 'S', … 'Z' is a process that has ended and was not waited for. */
  readonly state: string
  /** Start since boot in ticks. */
  readonly startTick: number
  /** Kernel threads run no program. */
  readonly isKernelThread: boolean
}

/** Source: include/linux/sched.h. */
const PF_KTHREAD = 0x0020_0000

export function processIds(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isSafeInteger)
}

export function readStat(pid: number): ProcStat | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/** The name is in parentheses and may itself hold parentheses, spaces and newlines: it ends at the last one. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 1 || close < open) return undefined
  const rest = text.slice(close + 2).split(' ')
  const pid = Number(text.slice(0, open))
  const parentPid = Number(rest[1])
  const startTick = Number(rest[19])
  if (![pid, parentPid, startTick].every(Number.isSafeInteger)) return undefined
  const isKernelThread = (Number(rest[6]) & PF_KTHREAD) !== 0
  return { pid, parentPid, command: text.slice(open + 1, close), state: rest[0] ?? '', startTick, isKernelThread }
}

/** Status of a process that has ended and was not waited for yet (field 52); undefined when it is gone. */
export function exitStatusOf(pid: number, startTick: number): number | undefined {
  const text = read(`/proc/${pid}/stat`)
  const stat = text === undefined ? undefined : parseStat(text)
  if (text === undefined || stat?.state !== 'Z' || stat.startTick !== startTick) return undefined
  const status = Number(text.trimEnd().split(' ').at(-1))
  return Number.isSafeInteger(status) ? status : undefined
}

/** Path of the running program; undefined for kernel threads. */
export function readExe(pid: number): string | undefined {
  const path = link(`/proc/${pid}/exe`)
  return path?.endsWith(' (deleted)') ? path.slice(0, -' (deleted)'.length) : path
}

export function readCwd(pid: number): string | undefined {
  return link(`/proc/${pid}/cwd`)
}

/** The arguments; empty for kernel threads. */
export function readArguments(pid: number): string[] {
  const text = read(`/proc/${pid}/cmdline`) ?? ''
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

/** Effective user and group. */
export function readOwner(pid: number): { uid: number; gid: number } {
  const text = read(`/proc/${pid}/status`) ?? ''
  const field = (name: string) => Number(new RegExp(`^${name}:\\t\\d+\\t(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { uid: field('Uid'), gid: field('Gid') }
}

/** A process's number in its own pid namespace, and the inode of that. Source: proc_pid_status(5), NSpid. */
export function readNamespaceNumbers(pid: number): { number: number; namespace: number } | undefined {
  const number = Number(/^NSpid:.*?(\d+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1])
  try {
    return Number.isSafeInteger(number) ? { number, namespace: statSync(`/proc/${pid}/ns/pid`).ino } : undefined
  } catch {
    return undefined
  }
}

export function readCgroupPaths(pid: number): { v2: string | null; v1Pids: string | null } | undefined {
  const text = read(`/proc/${pid}/cgroup`)
  return text === undefined ? undefined : parseCgroupPaths(text)
}

/** Lines are `<hierarchy>:<controllers>:<path>`; hierarchy 0 is cgroup2. */
export function parseCgroupPaths(text: string): { v2: string | null; v1Pids: string | null } {
  let v2: string | null = null
  let v1Pids: string | null = null
  for (const line of text.split('\n')) {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (path === undefined || controllers === undefined) continue
    if (hierarchy === '0') v2 = path
    else if (controllers.split(',').includes('pids')) v1Pids = path
  }
  return { v2, v1Pids }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
