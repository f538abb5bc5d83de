// The hooks of the sensor: one BPF program each. A hook that this kernel does not give is missing alone; the rest go on.

/** System calls by number, where the program hangs in the table of calls. Source: syscall tables of Linux. */
interface CallNumbers {
  readonly x64: readonly number[]
  /** 32-bit calls on x64, by int 0x80 or a 32-bit program. */
  readonly x64Compat: readonly number[]
  readonly arm64: readonly number[]
}

export interface Hook {
  readonly name: string
  readonly program: string
  /** What is not seen without it, as the end of a sentence. */
  readonly sees: string
  readonly calls?: CallNumbers
}

export const HOOKS = [
  { name: 'exec', program: 'on_exec', sees: 'programs that start' },
  { name: 'fork', program: 'on_fork', sees: 'processes that branch off' },
  { name: 'exit', program: 'on_exit', sees: 'processes that end' },
  { name: 'connect', program: 'on_connect', sees: 'TCP connections that are opened' },
  {
    name: 'connect-datagram',
    program: 'on_connect_datagram',
    sees: 'UDP peers that are chosen with connect',
    calls: { x64: [42], x64Compat: [362], arm64: [203] },
  },
  {
    name: 'accept',
    program: 'on_accept',
    sees: 'connections that are accepted',
    calls: { x64: [43, 288], x64Compat: [364], arm64: [202, 242] },
  },
  {
    name: 'open',
    program: 'on_open',
    sees: 'files that are opened for writing',
    // open, openat, openat2, creat, open_by_handle_at
    calls: { x64: [2, 257, 437, 85, 304], x64Compat: [5, 295, 437, 8, 342], arm64: [56, 437, 265] },
  },
  { name: 'cgroup-made', program: 'on_cgroup_made', sees: 'control groups of containers that live only briefly' },
  { name: 'cgroup-removed', program: 'on_cgroup_removed', sees: 'control groups that are removed' },
  { name: 'cgroup-moved', program: 'on_cgroup_moved', sees: 'processes that move between control groups' },
] as const satisfies readonly Hook[]

export type HookName = (typeof HOOKS)[number]['name']

/** The program on sys_exit that looks a call up; needed by every hook with `calls`. */
export const DISPATCHER = 'on_syscall_exit'
/** 32-bit calls have the upper half of the table (bpf/syscall.h). */
export const COMPAT_OFFSET = 512

/** Slots of the table of calls for a hook on this machine. */
export function callSlots(calls: CallNumbers, arch: string): readonly number[] {
  if (arch === 'x64') return [...calls.x64, ...calls.x64Compat.map((number) => number + COMPAT_OFFSET)]
  return arch === 'arm64' ? calls.arm64 : []
}
