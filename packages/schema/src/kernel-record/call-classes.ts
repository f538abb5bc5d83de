// System calls in 128 classes, for sequences: what programs do is in the common calls, and those that are alike count as one.
// Both sides use the numbers: 0 is every call without a class of its own, 1 every 32-bit call.

const NAMES = [
  ['read', 'readv', 'pread64', 'preadv', 'preadv2'],
  ['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2'],
  ['open', 'openat', 'openat2', 'creat'],
  ['close', 'close_range'],
  ['stat', 'fstat', 'lstat', 'newfstatat', 'statx', 'access', 'faccessat', 'faccessat2'],
  ['poll', 'ppoll', 'select', 'pselect6'],
  ['epoll_wait', 'epoll_pwait', 'epoll_pwait2'],
  ['epoll_ctl'],
  ['epoll_create', 'epoll_create1', 'eventfd', 'eventfd2', 'timerfd_create', 'timerfd_settime', 'signalfd4'],
  ['lseek'],
  ['mmap'],
  ['mprotect', 'pkey_mprotect'],
  ['munmap', 'mremap', 'brk'],
  ['madvise'],
  ['rt_sigaction', 'rt_sigprocmask', 'sigaltstack', 'rt_sigreturn'],
  ['ioctl'],
  ['pipe', 'pipe2'],
  ['dup', 'dup2', 'dup3'],
  ['fcntl'],
  ['futex', 'futex_wait', 'futex_wake', 'set_robust_list', 'get_robust_list', 'rseq', 'membarrier'],
  ['nanosleep', 'clock_nanosleep'],
  ['getpid', 'gettid', 'getppid', 'getuid', 'geteuid', 'getgid', 'getegid', 'getpgrp', 'getpgid', 'getsid'],
  ['sendfile'],
  ['socket'],
  ['connect'],
  ['accept', 'accept4'],
  ['sendto', 'sendmsg', 'sendmmsg'],
  ['recvfrom', 'recvmsg', 'recvmmsg'],
  ['shutdown'],
  ['bind'],
  ['listen'],
  ['getsockname', 'getpeername', 'getsockopt'],
  ['setsockopt'],
  ['socketpair'],
  ['clone', 'clone3', 'fork', 'vfork'],
  ['execve', 'execveat'],
  ['exit', 'exit_group'],
  ['wait4', 'waitid'],
  ['kill', 'tkill', 'tgkill', 'pidfd_send_signal', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'],
  ['uname', 'sysinfo', 'getrusage', 'times', 'gettimeofday', 'clock_gettime', 'time', 'getrandom'],
  ['flock', 'fsync', 'fdatasync', 'sync', 'syncfs', 'fallocate', 'ftruncate', 'truncate'],
  ['getdents', 'getdents64', 'getcwd'],
  ['chdir', 'fchdir'],
  ['rename', 'renameat', 'renameat2'],
  ['mkdir', 'mkdirat'],
  ['unlink', 'unlinkat', 'rmdir'],
  ['link', 'linkat', 'symlink', 'symlinkat'],
  ['readlink', 'readlinkat'],
  ['chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'umask'],
  ['chown', 'fchown', 'lchown', 'fchownat'],
  ['utimensat', 'utime', 'utimes', 'futimesat'],
  ['getrlimit', 'setrlimit', 'prlimit64'],
  ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups', 'setfsuid', 'setfsgid'],
  ['capget', 'capset'],
  ['setsid', 'setpgid'],
  ['personality'],
  ['statfs', 'fstatfs', 'ustat'],
  ['getpriority', 'setpriority', 'sched_setaffinity', 'sched_getaffinity', 'sched_yield', 'sched_setscheduler'],
  ['mlock', 'mlock2', 'mlockall', 'munlock', 'msync', 'mincore'],
  ['prctl', 'arch_prctl', 'set_tid_address'],
  ['chroot', 'pivot_root'],
  ['mount', 'umount2', 'move_mount', 'open_tree', 'fsopen', 'fsmount', 'fsconfig', 'mount_setattr'],
  ['sethostname', 'setdomainname', 'settimeofday', 'clock_settime', 'adjtimex'],
  ['init_module', 'finit_module', 'delete_module'],
  ['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'],
  ['getxattr', 'lgetxattr', 'fgetxattr', 'listxattr', 'llistxattr', 'flistxattr'],
  ['io_setup', 'io_submit', 'io_getevents', 'io_destroy'],
  ['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  ['inotify_init1', 'inotify_add_watch', 'inotify_rm_watch', 'fanotify_init', 'fanotify_mark'],
  ['unshare'],
  ['setns'],
  ['splice', 'tee', 'vmsplice'],
  ['memfd_create', 'memfd_secret'],
  ['ptrace'],
  ['process_vm_readv', 'process_vm_writev', 'pidfd_getfd'],
  ['pidfd_open'],
  ['bpf'],
  ['perf_event_open'],
  ['userfaultfd'],
  ['keyctl', 'add_key', 'request_key'],
  ['open_by_handle_at', 'name_to_handle_at'],
  ['mknod', 'mknodat'],
  ['kexec_load', 'kexec_file_load', 'reboot'],
  ['seccomp'],
  ['syslog'],
  ['copy_file_range'],
  ['shmget', 'shmat', 'shmctl', 'shmdt', 'semget', 'semop', 'semctl', 'msgget', 'msgsnd', 'msgrcv', 'msgctl'],
  ['timer_create', 'timer_settime', 'timer_delete', 'setitimer', 'alarm', 'pause'],
  ['iopl', 'ioperm', 'modify_ldt'],
] as const

export const CALL_CLASSES = 128
export const CLASS_OTHER = 0
export const CLASS_COMPAT = 1
const FIRST = 2

/** Class of a call by name. */
export function classOfCall(name: string): number {
  return BY_NAME.get(name) ?? CLASS_OTHER
}

/** Name of a class: that of its first call. */
export function nameOfClass(number: number): string {
  if (number === CLASS_COMPAT) return '32-bit'
  return NAMES[number - FIRST]?.[0] ?? 'other'
}

/** Every class with the name that C has for it. */
export function callClassNames(): readonly (readonly [string, number])[] {
  return NAMES.map(([name], index) => [name, index + FIRST] as const)
}

const BY_NAME = new Map<string, number>(
  NAMES.flatMap((names, index) => names.map((name) => [name, index + FIRST] as const)),
)
