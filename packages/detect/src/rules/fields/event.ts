// evt.*: what happened, under the names of system calls that Falco's rules use.
import type { FieldValue } from '@yagura/lang'
import type { KernelEvent } from '@yagura/schema'
import type { SubjectType } from '../subject.ts'
import { constant, everywhere, ofEvents, type Read, type RuleField, type RuleFields, unfilled } from './field.ts'
import { cloneFlags, modeNames, openFlags, resultName, signalName } from './numbers.ts'

/** Several names where the sensor does not tell which of them it was. */
const CALLS: Partial<Record<SubjectType, readonly string[]>> = {
  exec: ['execve', 'execveat'],
  fork: ['clone', 'clone3', 'fork', 'vfork'],
  exit: ['procexit', 'exit', 'exit_group'],
  connect: ['connect'],
  accept: ['accept', 'accept4'],
  listen: ['listen', 'bind'],
  dns: ['sendto', 'sendmsg', 'recvfrom', 'recvmsg'],
  socket: ['socket'],
  stdio: ['dup', 'dup2', 'dup3'],
  open: ['open', 'openat', 'openat2', 'creat'],
  rename: ['rename', 'renameat', 'renameat2'],
  chmod: ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'],
  chown: ['chown', 'fchown', 'fchownat', 'lchown'],
  mknod: ['mknod', 'mknodat'],
  attribute: ['ioctl'],
  map: ['mmap', 'mmap2', 'mprotect'],
  chroot: ['chroot'],
  kill: ['kill', 'tkill', 'tgkill'],
}

const CALL_OF_EVENT: Partial<Record<SubjectType, (event: KernelEvent) => FieldValue>> = {
  link: (event) => (event.type === 'link' && event.symbolic ? ['symlink', 'symlinkat'] : ['link', 'linkat']),
  unlink: (event) => (event.type === 'unlink' && event.directory ? ['rmdir', 'unlinkat'] : ['unlink', 'unlinkat']),
  mount: (event) => {
    if (event.type !== 'mount') return undefined
    if (event.action === 'unmount') return ['umount', 'umount2']
    return event.action === 'pivot-root' ? 'pivot_root' : ['mount', 'move_mount']
  },
  namespace: (event) => {
    if (event.type !== 'namespace') return undefined
    return { enter: ['setns'], unshare: ['unshare'], clone: ['clone', 'clone3'] }[event.action]
  },
  trace: (event) => (event.type === 'trace' ? event.call : undefined),
  credential: (event) => (event.type === 'credential' ? event.call : undefined),
  call: (event) => (event.type === 'call' ? event.call : undefined),
}

const POSSIBLE_CALLS: Partial<Record<SubjectType, readonly string[]>> = {
  link: ['symlink', 'symlinkat', 'link', 'linkat'],
  unlink: ['rmdir', 'unlink', 'unlinkat'],
  mount: ['mount', 'move_mount', 'umount', 'umount2', 'pivot_root'],
  namespace: ['setns', 'unshare', 'clone', 'clone3'],
}

const callField: RuleField = {
  type: 'several',
  cost: 1,
  possible: (type) => POSSIBLE_CALLS[type],
  reads: (type) => {
    const read = CALL_OF_EVENT[type]
    if (read) return ({ event }) => read(event)
    const names = CALLS[type]
    return names ? { constant: names } : type === 'audit' ? undefined : { constant: [] }
  },
}

function resultOf(event: KernelEvent): number {
  return 'result' in event && event.result !== undefined ? event.result : 0
}

const WRITES = 3
function isWrite(flags: number): boolean {
  return (flags & WRITES) !== 0
}

const path: Read = ({ event }) => ('path' in event ? event.path : undefined)
const newPath: Read = ({ event }) => ('newPath' in event ? event.newPath : undefined)

/** `evt.arg.NAME`, by the names of Falco's event table; also `evt.arg[NAME]`. */
const ARGUMENTS: Readonly<Record<string, RuleField>> = {
  path: everywhere({ type: 'string' }, path),
  name: everywhere({ type: 'string' }, path),
  filename: everywhere({ type: 'string' }, ({ event }) =>
    event.type === 'exec' ? event.exe : path({ event } as never),
  ),
  pathname: everywhere({ type: 'string' }, path),
  oldpath: everywhere({ type: 'string' }, path),
  newpath: everywhere({ type: 'string' }, newPath),
  target: everywhere({ type: 'string' }, path),
  linkpath: everywhere({ type: 'string' }, newPath),
  dir: everywhere({ type: 'string' }, path),
  special: ofEvents({ type: 'string' }, { mount: (event) => event.sourcePath }),
  dev: ofEvents({ type: 'string' }, { mount: (event) => event.sourcePath }),
  type: ofEvents(
    { type: 'string' },
    { mount: (event) => event.filesystem, socket: (event) => String(event.socketType) },
  ),
  mode: ofEvents(
    { type: 'string' },
    { chmod: (event) => modeNames(event.mode), mknod: (event) => modeNames(event.mode) },
  ),
  flags: ofEvents(
    { type: 'string', cost: 5 },
    {
      open: (event) => `${openFlags(event.flags)}${event.created ? '|F_CREATED' : ''}`,
      namespace: (event) => cloneFlags(event.kinds),
      mount: (event) => event.flags,
      exec: (event) =>
        [event.exeLayer === 'upper' ? 'EXE_UPPER_LAYER' : '', event.exeLayer === 'memory' ? 'EXE_FROM_MEMFD' : '']
          .filter(Boolean)
          .join('|'),
    },
  ),
  nstype: ofEvents({ type: 'string' }, { namespace: (event) => cloneFlags(event.kinds) }),
  request: ofEvents({ type: 'string' }, { trace: (event) => traceRequest(event.action) }),
  sig: ofEvents({ type: 'string' }, { kill: (event) => signalName(event.signal) }),
  pid: ofEvents(
    { type: 'string' },
    { kill: (event) => String(event.targetPid), trace: (event) => String(event.targetPid) },
  ),
  uid: ofEvents(
    { type: 'string' },
    { credential: (event) => String(event.newUid), chown: (event) => String(event.newUid) },
  ),
  gid: ofEvents(
    { type: 'string' },
    { credential: (event) => String(event.newGid), chown: (event) => String(event.newGid) },
  ),
  domain: ofEvents({ type: 'string' }, { socket: (event) => SOCKET_DOMAINS[event.domain] ?? event.domain }),
  proto: ofEvents({ type: 'string' }, { socket: (event) => String(event.protocolNumber) }),
  res: everywhere({ type: 'string' }, ({ event }) => resultName(resultOf(event))),
  fd: everywhere({ type: 'string' }, path),
  exe: everywhere({ type: 'string' }, ({ event }) => event.exe),
  cap: ofEvents({ type: 'string' }, { capability: (event) => event.capability }),
  ...Object.fromEntries(
    [
      'data',
      'size',
      'addr',
      'tuple',
      'backlog',
      'cmd',
      'opcode',
      'request2',
      'argument',
      'key',
      'oflags',
      'entries',
      'args',
      'env',
      'comm',
      'cgroups',
      'queuepct',
      'queuelen',
      'queuemax',
      'ioctl',
      'uargs',
      'euid',
      'suid',
      'ruid',
      'egid',
      'offset',
      'linkdirfd',
      'dirfd',
      'olddirfd',
      'newdirfd',
      'olddir',
      'newdir',
      'status',
      'ret',
      'prot',
      'length',
      'fdin',
      'fdout',
      'to_submit',
      'image_fd',
      'cmdline',
      'attr',
      'how',
      'optname',
      'level',
      'val',
      'fs',
      'source',
      'interval',
      'id',
      'container',
      'json',
      'plugin',
      'action',
      'uri',
      'hostname',
      'clockid',
      'resource',
      'cur',
      'max',
      'option',
      'arg2_str',
      'arg2_int',
    ].map((name) => [name, unfilled()]),
  ),
}

function traceRequest(action: string): string {
  return (
    { attach: 'PTRACE_ATTACH', read: 'PTRACE_PEEKDATA', write: 'PTRACE_POKEDATA', control: 'PTRACE_CONT' }[action] ?? ''
  )
}

const SOCKET_DOMAINS: Readonly<Record<string, string>> = {
  packet: 'AF_PACKET',
  netlink: 'AF_NETLINK',
  alg: 'AF_ALG',
  vsock: 'AF_VSOCK',
  'inet-raw': 'AF_INET',
  bluetooth: 'AF_BLUETOOTH',
}

const argument: RuleField = {
  type: 'string',
  argument: 'needed',
  cost: 3,
  reads: (type, name = '') => (Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name]?.reads(type, undefined) : undefined),
}

export const eventFields: RuleFields = {
  'evt.type': callField,
  'syscall.type': callField,
  /** The kind of event, by our own name. */
  'evt.kind': { type: 'string', cost: 0, reads: (type) => ({ constant: type }) },
  'evt.source': {
    type: 'string',
    cost: 0,
    reads: (type) => ({ constant: type === 'audit' ? 'k8s_audit' : 'syscall' }),
  },
  'evt.num': { type: 'number', cost: 0, reads: () => ({ constant: 1 }) },
  'evt.count': { type: 'number', cost: 0, reads: () => ({ constant: 1 }) },
  // One event is both ends of the call.
  'evt.dir': { type: 'several', cost: 0, reads: (type) => (type === 'audit' ? undefined : { constant: ['<', '>'] }) },
  'evt.is_syscall': constant({ type: 'boolean' }, true),
  'evt.is_async': constant({ type: 'boolean' }, false),
  'evt.res': everywhere({ type: 'string', cost: 2 }, ({ event }) => resultName(resultOf(event))),
  'evt.rawres': everywhere({ type: 'number' }, ({ event }) => resultOf(event)),
  'evt.failed': everywhere({ type: 'boolean' }, ({ event }) => resultOf(event) < 0),
  'evt.is_open_write': ofEvents({ type: 'boolean' }, { open: (event) => isWrite(event.flags) || event.created }),
  'evt.is_open_read': ofEvents({ type: 'boolean' }, { open: (event) => (event.flags & 3) !== 1 }),
  'evt.is_open_create': ofEvents({ type: 'boolean' }, { open: (event) => event.created }),
  'evt.is_open_exec': unfilled('boolean'),
  'evt.arg': argument,
  'evt.rawarg': argument,
  'evt.args': unfilled(),
  'evt.info': unfilled(),
  'evt.time': everywhere({ type: 'string' }, ({ event }) => event.at),
  'evt.datetime': everywhere({ type: 'string' }, ({ event }) => event.at),
  'evt.time.iso8601': everywhere({ type: 'string' }, ({ event }) => event.at),
  'evt.rawtime': unfilled('number'),
  'evt.category': unfilled(),
  'evt.cpu': unfilled('number'),
  'evt.hostname': unfilled(),
  'evt.buffer': unfilled(),
  'evt.buflen': unfilled('number'),
  'evt.abspath': everywhere({ type: 'string' }, path),
  'evt.latency': unfilled('number'),
  'evt.is_io': unfilled('boolean'),
  'evt.is_io_read': unfilled('boolean'),
  'evt.is_io_write': unfilled('boolean'),
  'evt.is_wait': unfilled('boolean'),
  'evt.io_dir': unfilled(),
  'evt.plugininfo': unfilled(),
  'evt.pluginname': unfilled(),
  'evt.asynctype': unfilled(),
  ...Object.fromEntries(
    [
      'evt.deltatime',
      'evt.reltime',
      'evt.outlatency',
      'evt.wait_latency',
      'evt.around',
      'evt.abspath.src',
      'evt.abspath.dst',
      'evt.rawtime.s',
      'evt.rawtime.ns',
      'evt.time.s',
      'evt.is_process',
      'evt.io_bytes',
      'fdlist.nums',
      'fdlist.names',
      'fdlist.cips',
      'fdlist.sips',
      'fdlist.cports',
      'fdlist.sports',
      'syscall.args',
    ].map((name) => [name, unfilled()]),
  ),
  ...Object.fromEntries(
    Object.entries(ARGUMENTS).flatMap(([name, field]) => [
      [`evt.arg.${name}`, field],
      [`evt.rawarg.${name}`, field],
    ]),
  ),
}
