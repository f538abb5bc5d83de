// The system calls that hooks look at, by name, with what their arguments mean. Source: the manual page of each call.
import { RECORD_CONSTANTS, RECORDS } from '@yagura/schema/kernel-record'
import type { Shape } from './shape.ts'

export interface HookedCall {
  readonly name: string
  readonly shape?: Shape
  /** Looked at when it succeeds, when it fails, or both (which is the default). */
  readonly results?: 'success' | 'failure'
}

const {
  ARGUMENT_RESULT,
  SHAPE_AT_FLAGS,
  SHAPE_DIRECTORY,
  SHAPE_ONCE,
  SHAPE_OPENS,
  SHAPE_PATH,
  SHAPE_PATTERN,
  SHAPE_SYMBOLIC,
} = RECORD_CONSTANTS
const { MOUNT_MOUNT, MOUNT_MOVE, MOUNT_PIVOT_ROOT, MOUNT_UNMOUNT } = RECORD_CONSTANTS

function succeeding(...names: readonly string[]): readonly HookedCall[] {
  return names.map((name) => ({ name, results: 'success' }))
}

function typed(type: number, shapes: Readonly<Record<string, Shape>>): readonly HookedCall[] {
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape: { ...shape, type } }))
}

export const CONNECT_CALLS: readonly HookedCall[] = [{ name: 'connect' }]
export const ACCEPT_CALLS = succeeding('accept', 'accept4')
export const LISTEN_CALLS = succeeding('listen')
export const SOCKET_CALLS: readonly HookedCall[] = [{ name: 'socket' }]
/** Of 32-bit programs alone. */
export const SOCKETCALL_CALLS: readonly HookedCall[] = [{ name: 'socketcall' }]
export const OPEN_CALLS = succeeding('open', 'openat', 'openat2', 'creat')
export const STDIO_CALLS: readonly HookedCall[] = [
  { name: 'dup', results: 'success', shape: {} },
  { name: 'dup2', results: 'success', shape: {} },
  { name: 'dup3', results: 'success', shape: {} },
  { name: 'fcntl', results: 'success', shape: { number: 1 } },
  { name: 'fcntl64', results: 'success', shape: { number: 1 } },
]

export const RENAME_CALLS = typed(RECORDS.rename.type, {
  rename: { name: 0, newName: 1 },
  renameat: { directory: 0, name: 1, newDirectory: 2, newName: 3 },
  renameat2: { directory: 0, name: 1, newDirectory: 2, newName: 3, number: 4 },
})
export const LINK_CALLS = typed(RECORDS.link.type, {
  link: { name: 0, newName: 1 },
  linkat: { directory: 0, name: 1, newDirectory: 2, newName: 3 },
  symlink: { name: 0, newName: 1, flags: SHAPE_SYMBOLIC },
  symlinkat: { name: 0, newDirectory: 1, newName: 2, flags: SHAPE_SYMBOLIC },
})
export const UNLINK_CALLS = typed(RECORDS.unlink.type, {
  unlink: { name: 0 },
  rmdir: { name: 0, flags: SHAPE_DIRECTORY },
  unlinkat: { directory: 0, name: 1, other: 2, flags: SHAPE_AT_FLAGS },
})
export const CHMOD_CALLS = typed(RECORDS.chmod.type, {
  chmod: { name: 0, number: 1 },
  fchmod: { descriptor: 0, number: 1 },
  fchmodat: { directory: 0, name: 1, number: 2 },
  fchmodat2: { directory: 0, name: 1, number: 2 },
})
export const CHOWN_CALLS = typed(RECORDS.chown.type, {
  chown: { name: 0, number: 1, other: 2 },
  lchown: { name: 0, number: 1, other: 2 },
  fchown: { descriptor: 0, number: 1, other: 2 },
  chown32: { name: 0, number: 1, other: 2 },
  lchown32: { name: 0, number: 1, other: 2 },
  fchown32: { descriptor: 0, number: 1, other: 2 },
  fchownat: { directory: 0, name: 1, number: 2, other: 3 },
})
export const MKNOD_CALLS = typed(RECORDS.mknod.type, {
  mknod: { name: 0, number: 1, other: 2 },
  mknodat: { directory: 0, name: 1, number: 2, other: 3 },
})
export const IOCTL_CALLS: readonly HookedCall[] = [{ name: 'ioctl' }]
export const MAP_CALLS: readonly HookedCall[] = [
  { name: 'mmap', results: 'success', shape: { descriptor: 4 } },
  { name: 'mmap2', results: 'success', shape: { descriptor: 4 } },
  { name: 'mprotect', results: 'success', shape: {} },
  { name: 'pkey_mprotect', results: 'success', shape: {} },
]
export const CHROOT_CALLS: readonly HookedCall[] = [{ name: 'chroot' }]
export const MOUNT_CALLS = typed(RECORDS.mount.type, {
  mount: { kind: MOUNT_MOUNT, newName: 0, name: 1, other: 2, number: 3 },
  umount: { kind: MOUNT_UNMOUNT, name: 0 },
  umount2: { kind: MOUNT_UNMOUNT, name: 0, number: 1 },
  pivot_root: { kind: MOUNT_PIVOT_ROOT, name: 0, newName: 1 },
  move_mount: { kind: MOUNT_MOVE, newName: 1, directory: 2, name: 3, number: 4 },
})
export const UNSHARE_CALLS: readonly HookedCall[] = [{ name: 'unshare' }]
export const SETNS_CALLS: readonly HookedCall[] = [{ name: 'setns' }]
export const CLONE_CALLS: readonly HookedCall[] = [
  { name: 'clone', results: 'failure', shape: {} },
  { name: 'clone3', results: 'failure', shape: { name: 0 } },
]
export const KILL_CALLS = typed(RECORDS.kill.type, {
  kill: { other: 0, number: 1 },
  tkill: { other: 0, number: 1 },
  tgkill: { other: 0, number: 2 },
  rt_sigqueueinfo: { other: 0, number: 1 },
  rt_tgsigqueueinfo: { other: 0, number: 2 },
  pidfd_send_signal: { descriptor: 0, number: 1 },
})
export const TRACE_CALLS = typed(RECORDS.trace.type, {
  ptrace: { kind: 1, number: 0, other: 1 },
  process_vm_readv: { other: 0 },
  process_vm_writev: { other: 0 },
  pidfd_getfd: { descriptor: 0 },
})
export const CREDENTIAL_CALLS = succeeding(
  ...['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setfsuid', 'setfsgid', 'capset'],
  ...['setuid32', 'setgid32', 'setreuid32', 'setregid32', 'setresuid32', 'setresgid32', 'setfsuid32', 'setfsgid32'],
)

const MADV_DONTNEED = 4
/** What the kernel says of a process's program, changed by the process itself. */
const PR_SET_MM = 35

/** Bits of arguments whose value says nothing: those at `pointers`, and those beyond the last one. */
function silent(count: number, ...pointers: readonly number[]): Pick<Shape, 'pointers'> {
  return { pointers: pointers.reduce((mask, index) => mask | (1 << index), 0x3f & ~((1 << count) - 1)) }
}

export const RARE_CALLS = typed(RECORDS.call.type, {
  init_module: { name: 2, ...silent(3, 0, 2) },
  finit_module: { descriptor: 0, ...silent(3, 1) },
  delete_module: { name: 0, ...silent(2, 0) },
  bpf: { flags: SHAPE_ONCE, ...silent(3, 1) },
  memfd_create: { name: 0, flags: SHAPE_ONCE, ...silent(2, 0) },
  memfd_secret: { flags: SHAPE_ONCE, ...silent(1) },
  io_uring_setup: silent(2, 1),
  // what the arguments are depends on the operation
  keyctl: silent(1),
  add_key: { name: 0, ...silent(5, 0, 1, 2) },
  request_key: { name: 0, ...silent(4, 0, 1, 2) },
  kexec_load: silent(4, 2),
  kexec_file_load: { descriptor: 0, ...silent(5, 3) },
  open_by_handle_at: { descriptor: ARGUMENT_RESULT, flags: SHAPE_OPENS, ...silent(3, 1) },
  userfaultfd: silent(1),
  perf_event_open: { flags: SHAPE_ONCE, ...silent(5, 0) },
  personality: silent(1),
  splice: { flags: SHAPE_ONCE | SHAPE_PATTERN, ...silent(6, 1, 3) },
  tee: { flags: SHAPE_ONCE | SHAPE_PATTERN, ...silent(4) },
  vmsplice: { flags: SHAPE_ONCE | SHAPE_PATTERN, ...silent(4, 1) },
  madvise: { flags: SHAPE_ONCE | SHAPE_PATTERN, number: 2, command: MADV_DONTNEED, ...silent(3, 0) },
  iopl: silent(1),
  ioperm: silent(3),
  modify_ldt: silent(3, 1),
  settimeofday: silent(2, 0, 1),
  clock_settime: silent(2, 1),
  sethostname: { name: 0, ...silent(2, 0) },
  setdomainname: { name: 0, ...silent(2, 0) },
  acct: { name: 0, flags: SHAPE_PATH, ...silent(1, 0) },
  swapon: { name: 0, flags: SHAPE_PATH, ...silent(2, 0) },
  swapoff: { name: 0, flags: SHAPE_PATH, ...silent(1, 0) },
  reboot: silent(4, 3),
  syslog: silent(3, 1),
  fanotify_init: silent(2),
  setxattr: { name: 1, flags: SHAPE_ONCE, ...silent(5, 0, 1, 2) },
  lsetxattr: { name: 1, flags: SHAPE_ONCE, ...silent(5, 0, 1, 2) },
  fsetxattr: { name: 1, flags: SHAPE_ONCE, ...silent(5, 1, 2) },
  setxattrat: { name: 3, flags: SHAPE_ONCE, ...silent(6, 1, 3, 4) },
  truncate64: { name: 0, flags: SHAPE_PATH, ...silent(1, 0) },
  truncate: { name: 0, flags: SHAPE_PATH, ...silent(2, 0) },
  utime: { name: 0, flags: SHAPE_PATH | SHAPE_ONCE, ...silent(2, 0, 1) },
  utimes: { name: 0, flags: SHAPE_PATH | SHAPE_ONCE, ...silent(2, 0, 1) },
  futimesat: { directory: 0, name: 1, flags: SHAPE_PATH | SHAPE_ONCE, ...silent(3, 1, 2) },
  utimensat_time64: { directory: 0, name: 1, flags: SHAPE_PATH | SHAPE_ONCE, ...silent(4, 1, 2) },
  file_setattr: { directory: 0, name: 1, flags: SHAPE_PATH, ...silent(5, 1, 2) },
  utimensat: { directory: 0, name: 1, flags: SHAPE_PATH | SHAPE_ONCE, ...silent(4, 1, 2) },
  open_tree: { directory: 0, name: 1, flags: SHAPE_PATH, ...silent(3, 1) },
  mount_setattr: { directory: 0, name: 1, flags: SHAPE_PATH, ...silent(5, 1, 3) },
  open_tree_attr: { directory: 0, name: 1, flags: SHAPE_PATH, ...silent(5, 1, 3) },
  fsopen: { name: 0, ...silent(2, 0) },
  fspick: { directory: 0, name: 1, flags: SHAPE_PATH, ...silent(3, 1) },
  fsconfig: { name: 2, ...silent(5, 2, 3) },
  fsmount: silent(3),
  quotactl: { name: 1, flags: SHAPE_PATH, ...silent(4, 1, 3) },
  quotactl_fd: { descriptor: 0, ...silent(4, 3) },
  kcmp: { flags: SHAPE_ONCE, ...silent(5) },
  prctl: { number: 0, command: PR_SET_MM, flags: SHAPE_ONCE, ...silent(4, 2) },
})
