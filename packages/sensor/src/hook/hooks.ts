// The hooks of the sensor: one BPF program each. A hook that this kernel does not give is missing alone; the rest go on.
import type { CallTables } from '../call/names.ts'
import * as calls from './calls.ts'
import { type Shape, shapeBytes } from './shape.ts'

export interface Hook {
  readonly name: string
  readonly program: string
  /** What is not seen without it, as the end of a sentence. */
  readonly sees: string
  readonly calls?: readonly calls.HookedCall[]
  /** Sees every 32-bit call before the call's own program does. */
  readonly isCompat?: true
  /** Hangs at the root of cgroup2. */
  readonly isOfGroups?: true
  /** Goes through what is there already, once, when it is attached. */
  readonly isIterator?: true
}

export const HOOKS = [
  { name: 'exec', program: 'on_exec', sees: 'programs that start' },
  { name: 'fork', program: 'on_fork', sees: 'processes that branch off' },
  { name: 'exit', program: 'on_exit', sees: 'processes that end' },
  { name: 'connect', program: 'on_connect', sees: 'TCP connections that are opened' },
  {
    name: 'connect-ready',
    program: 'on_connect_ready',
    sees: 'the own port of TCP connections where the kernel chooses it',
    isOfGroups: true,
  },
  {
    name: 'connect-datagram',
    program: 'on_connect_datagram',
    sees: 'UDP peers that are chosen with connect, and connections that were refused',
    calls: calls.CONNECT_CALLS,
  },
  { name: 'accept', program: 'on_accept', sees: 'connections that are accepted', calls: calls.ACCEPT_CALLS },
  { name: 'listen', program: 'on_listen', sees: 'ports that are listened on', calls: calls.LISTEN_CALLS },
  { name: 'socket', program: 'on_socket', sees: 'raw, packet and other unusual sockets', calls: calls.SOCKET_CALLS },
  {
    name: 'socketcall',
    program: 'on_socketcall',
    sees: 'sockets of 32-bit programs that use the oldest call for them',
    calls: calls.SOCKETCALL_CALLS,
  },
  { name: 'open', program: 'on_open', sees: 'files that are opened', calls: calls.OPEN_CALLS },
  { name: 'stdio', program: 'on_stdio', sees: 'sockets that become standard input', calls: calls.STDIO_CALLS },
  { name: 'rename', program: 'on_file_act', sees: 'files that are renamed', calls: calls.RENAME_CALLS },
  { name: 'link', program: 'on_file_act', sees: 'links that are made', calls: calls.LINK_CALLS },
  { name: 'unlink', program: 'on_file_act', sees: 'files that are removed', calls: calls.UNLINK_CALLS },
  { name: 'chmod', program: 'on_file_act', sees: 'changes of file modes', calls: calls.CHMOD_CALLS },
  { name: 'chown', program: 'on_file_act', sees: 'changes of file owners', calls: calls.CHOWN_CALLS },
  { name: 'mknod', program: 'on_file_act', sees: 'device files that are made', calls: calls.MKNOD_CALLS },
  {
    name: 'attribute',
    program: 'on_ioctl',
    sees: 'immutable and append-only flags of files, and letters typed into terminals of others',
    calls: calls.IOCTL_CALLS,
  },
  { name: 'map', program: 'on_map', sees: 'code that is mapped', calls: calls.MAP_CALLS },
  { name: 'chroot', program: 'on_chroot', sees: 'changes of the root directory', calls: calls.CHROOT_CALLS },
  { name: 'mount', program: 'on_mount', sees: 'mounts', calls: calls.MOUNT_CALLS },
  { name: 'unshare', program: 'on_unshare', sees: 'namespaces that are made', calls: calls.UNSHARE_CALLS },
  { name: 'setns', program: 'on_setns', sees: 'namespaces that are entered', calls: calls.SETNS_CALLS },
  { name: 'clone', program: 'on_clone', sees: 'children in namespaces of their own' },
  {
    name: 'clone-refused',
    program: 'on_clone_refused',
    sees: 'children in namespaces of their own that were refused',
    calls: calls.CLONE_CALLS,
  },
  { name: 'kill', program: 'on_target', sees: 'signals', calls: calls.KILL_CALLS },
  { name: 'trace', program: 'on_target', sees: 'processes that reach into others', calls: calls.TRACE_CALLS },
  {
    name: 'credential',
    program: 'on_credential_call',
    sees: 'changes of user and rights',
    calls: calls.CREDENTIAL_CALLS,
  },
  { name: 'credential-fork', program: 'on_credential_fork', sees: 'rights of a child that its parent lacked' },
  { name: 'credential-prepare', program: 'on_credential_prepare', sees: 'rights that no system call explains' },
  { name: 'credential-exec', program: 'on_credential_exec', sees: 'rights that a program gives' },
  {
    name: 'credential-existing',
    program: 'on_existing',
    sees: 'the first change of rights of processes that were there before the sensor',
    isIterator: true,
  },
  { name: 'capability', program: 'on_capability', sees: 'capabilities that are used' },
  { name: 'call', program: 'on_call', sees: 'system calls that are rarely made', calls: calls.RARE_CALLS },
  { name: 'compat-call', program: 'on_compat_call', sees: 'that a call came from a 32-bit program', isCompat: true },
  {
    name: 'io-uring',
    program: 'on_io_uring_request',
    sees: 'requests through io_uring, and files renamed, linked and removed by them',
  },
  { name: 'io-uring-done', program: 'on_io_uring_done', sees: 'files and sockets that are opened through io_uring' },
  {
    name: 'flow-sent',
    program: 'on_sent',
    sees: 'what connections speak, names that are looked up, UDP without connect',
  },
  { name: 'flow-received', program: 'on_received', sees: 'what TCP connections are answered' },
  { name: 'flow-ended', program: 'on_flow_ended', sees: 'how much went through connections' },
  { name: 'cgroup-made', program: 'on_cgroup_made', sees: 'control groups of containers that live only briefly' },
  { name: 'cgroup-removed', program: 'on_cgroup_removed', sees: 'control groups that are removed' },
  { name: 'cgroup-moved', program: 'on_cgroup_moved', sees: 'processes that move between control groups' },
] as const satisfies readonly Hook[]

/** Programs that are loaded with the rest and attached when they are asked for: those that refuse, and sequences. */
export const ON_DEMAND = [
  { name: 'deny-prepare-exec', program: 'deny_prepare_exec', sees: '' },
  { name: 'deny-process-exec', program: 'deny_process_exec', sees: '' },
  { name: 'deny-mapping', program: 'deny_mapping', sees: '' },
  { name: 'kill-call', program: 'kill_call', sees: '' },
  { name: 'deny-open', program: 'deny_open', sees: '' },
  { name: 'deny-name', program: 'deny_name', sees: '' },
  { name: 'deny-socket', program: 'deny_socket', sees: '' },
  { name: 'deny-socket-ring', program: 'deny_socket_ring', sees: '' },
  { name: 'deny-connect4', program: 'deny_connect4', sees: '' },
  { name: 'deny-connect6', program: 'deny_connect6', sees: '' },
  { name: 'deny-sendmsg4', program: 'deny_sendmsg4', sees: '' },
  { name: 'deny-sendmsg6', program: 'deny_sendmsg6', sees: '' },
  { name: 'drop-egress', program: 'drop_egress', sees: '' },
  { name: 'drop-ingress', program: 'drop_ingress', sees: '' },
  { name: 'sequence', program: 'on_sequence', sees: '' },
  { name: 'sequence-fork', program: 'on_sequence_fork', sees: '' },
] as const satisfies readonly Hook[]

export type OnDemandName = (typeof ON_DEMAND)[number]['name']
export type HookName = (typeof HOOKS)[number]['name']

/** The program on sys_exit that looks a call up; needed by every hook with `calls`. */
export const DISPATCHER = 'on_syscall_exit'
/** 32-bit calls have the upper half of the table (bpf/syscall.h). */
export const COMPAT_OFFSET = 512
/** A number that no call has. */
const COMPAT_CALL = 511

export interface CallSlot {
  readonly slot: number
  readonly shape: Uint8Array
  readonly results: 'success' | 'failure' | 'both'
}

/** Whether the hook hangs in the table of calls. */
export function isOnCalls(hook: Hook): boolean {
  return hook.calls !== undefined || hook.isCompat === true
}

/** Slots of the table of calls for a hook on this machine. */
export function callSlots(hook: Hook, { native, compat }: CallTables): readonly CallSlot[] {
  const slots: CallSlot[] = []
  for (const { name, shape = {}, results = 'both' } of hook.calls ?? []) {
    const number = native.number(name)
    if (number !== undefined) slots.push({ slot: number, shape: shapeBytes(shape), results })
    const small = compat.number(name)
    if (small !== undefined) slots.push({ slot: small + COMPAT_OFFSET, shape: shapeBytes(of32(name, shape)), results })
  }
  if (hook.isCompat === true && compat.number('exit') !== undefined) {
    slots.push({ slot: COMPAT_CALL, shape: shapeBytes({}), results: 'success' })
  }
  return slots
}

/** The oldest mmap of 32-bit programs takes its arguments from memory: nothing of it can be trusted. */
function of32(name: string, shape: Shape): Shape {
  return name === 'mmap' ? {} : shape
}
