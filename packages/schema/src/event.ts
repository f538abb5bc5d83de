// Event: one act seen in the kernel, with who did it and where it came from.
import { z } from 'zod'
import { longText, shortText, timestamp, ulid } from './common.ts'
import { EVENT_TYPES } from './event-types.ts'

export { EVENT_TYPES } from './event-types.ts'

export const ancestor = z.object({ pid: z.int(), exe: longText, startNs: z.string().max(20) })

/** Decimal, because inodes and kernel ids are wider than a number. */
const wideInteger = z.string().max(20)

/**
 * Where a file really lies. `image` is the read-only part of a container's file system, `upper` what was written at run time,
 * `mount` a bind mount or volume that the container was given, `host` a file outside of every container.
 */
export const FILE_LAYERS = ['image', 'upper', 'mount', 'tmpfs', 'memory', 'proc', 'sys', 'host', 'unknown'] as const
export const fileLayer = z.enum(FILE_LAYERS)

/** The kernel's own idea of a file: inode and device survive renames, links and tricks with paths. */
const fileFields = {
  path: longText.meta({ description: 'as the process sees it, resolved' }),
  inode: wideInteger,
  device: z.int().nonnegative(),
  layer: fileLayer,
}

/** What a descriptor 0, 1 or 2 leads to. `id` is the inode of the pipe or socket, by which two ends find each other. */
export const DESCRIPTOR_KINDS = ['file', 'pipe', 'socket', 'unix', 'terminal', 'null', 'closed', 'other'] as const
export const descriptor = z.object({
  kind: z.enum(DESCRIPTOR_KINDS),
  id: wideInteger,
  remoteAddress: shortText.optional().meta({ description: 'peer of an internet socket' }),
  remotePort: z.int().min(0).max(65535).optional(),
})

const base = {
  /** Agent-unique: `<run>.<cpu>.<sequence>` of the ring record; the server uses it to store an event once. */
  id: z.string().min(1).max(64),
  at: timestamp,
  source: z.enum(['ebpf', 'proc']),
  pid: z.int().nonnegative(),
  tid: z.int().nonnegative(),
  parentPid: z.int().nonnegative(),
  startNs: z
    .string()
    .max(20)
    .meta({ description: 'start of the process since boot, decimal; with pid it names the process for good' }),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  command: z.string().max(64).meta({ description: 'comm' }),
  exe: longText.meta({ description: 'resolved path of the running program as the process sees it' }),
  cgroupId: z.string().max(20),
  containerId: shortText.nullable(),
  ancestry: z.array(ancestor).max(32).meta({ description: 'parent first' }),
  repeats: z.object({ count: z.int().positive(), since: timestamp }).optional().meta({
    description:
      'stands for so many acts that are the same but for time and process numbers, this one among them, the first of them then',
  }),
}

/** What the call returned: 0 or more, or a negative errno. Attempts that were refused are evidence too. */
const result = z.int()

const execEvent = z.object({
  ...base,
  type: z.literal('exec'),
  args: z.array(longText).max(256),
  argsTruncated: z.boolean(),
  cwd: longText.nullable(),
  exeInode: wideInteger.optional(),
  exeDevice: z.int().nonnegative().optional(),
  exeLayer: fileLayer.optional(),
  exeUnlinked: z.boolean().optional().meta({ description: 'the program has no name any more, or never had one' }),
  stdio: z.array(descriptor).max(3).optional().meta({ description: 'descriptors 0, 1 and 2' }),
  environment: z
    .array(longText)
    .max(16)
    .optional()
    .meta({ description: 'NAME=value of the few variables that change what runs: LD_PRELOAD, HISTFILE, …' }),
  terminal: z.boolean().optional().meta({ description: 'the session has a controlling terminal' }),
  sessionId: z.int().nonnegative().optional(),
  mountNamespace: z.int().nonnegative().optional(),
  pidNamespace: z.int().nonnegative().optional(),
  userNamespace: z.int().nonnegative().optional(),
  capabilities: wideInteger.optional().meta({ description: 'effective set, decimal' }),
  realUid: z.int().nonnegative().optional(),
  injected: z
    .boolean()
    .optional()
    .meta({ description: 'entered the container from outside (runtime exec), not born in it' }),
})
const forkEvent = z.object({
  ...base,
  type: z.literal('fork'),
  childPid: z.int().nonnegative(),
  childStartNs: z.string().max(20).optional(),
})
const exitEvent = z.object({ ...base, type: z.literal('exit'), exitCode: z.int(), signal: z.int() })

const socketFields = {
  family: z.enum(['inet', 'inet6']),
  protocol: z.enum(['tcp', 'udp', 'other']),
  localAddress: shortText,
  localPort: z.int().min(0).max(65535),
  remoteAddress: shortText,
  remotePort: z.int().min(0).max(65535),
  socketId: wideInteger.optional().meta({ description: 'inode of the socket' }),
}
const connectEvent = z.object({ ...base, type: z.literal('connect'), ...socketFields, result: result.optional() })
const acceptEvent = z.object({ ...base, type: z.literal('accept'), ...socketFields })
const listenEvent = z.object({ ...base, type: z.literal('listen'), ...socketFields })
/** A connection ended, or passed a mark on the way: how much went through it so far. */
const trafficEvent = z.object({
  ...base,
  type: z.literal('traffic'),
  ...socketFields,
  sentBytes: z.number().nonnegative(),
  receivedBytes: z.number().nonnegative(),
  ended: z.boolean(),
})
/** What the first bytes of a connection are. Only the name of the protocol and a word of it are kept, never the content. */
const protocolEvent = z.object({
  ...base,
  type: z.literal('protocol'),
  ...socketFields,
  name: z.enum(['http', 'tls', 'ssh', 'irc', 'stratum', 'redis', 'postgres', 'mysql', 'socks', 'shell', 'other']),
  direction: z.enum(['sent', 'received']),
  detail: shortText.meta({ description: 'HTTP method and path without query, TLS server name, Redis command' }),
})
const dnsEvent = z.object({
  ...base,
  type: z.literal('dns'),
  ...socketFields,
  name: shortText,
  queryType: shortText,
})
/** A socket that is not TCP or UDP over IP: packet, raw, netlink, vsock, alg. */
const socketEvent = z.object({
  ...base,
  type: z.literal('socket'),
  domain: shortText.meta({ description: 'packet, netlink, alg, vsock, inet-raw, …' }),
  socketType: z.int(),
  protocolNumber: z.int(),
  result,
})
/** A socket or pipe became descriptor 0, 1 or 2. */
const stdioEvent = z.object({ ...base, type: z.literal('stdio'), number: z.int().min(0).max(2), target: descriptor })

const openEvent = z.object({
  ...base,
  type: z.literal('open'),
  path: longText,
  flags: z.int(),
  created: z.boolean(),
  inode: wideInteger.optional(),
  device: z.int().nonnegative().optional(),
  layer: fileLayer.optional(),
})
const renameEvent = z.object({ ...base, type: z.literal('rename'), ...fileFields, newPath: longText, result })
const linkEvent = z.object({
  ...base,
  type: z.literal('link'),
  ...fileFields,
  newPath: longText,
  symbolic: z.boolean(),
  result,
})
const unlinkEvent = z.object({ ...base, type: z.literal('unlink'), ...fileFields, directory: z.boolean(), result })
const chmodEvent = z.object({ ...base, type: z.literal('chmod'), ...fileFields, mode: z.int().nonnegative(), result })
const chownEvent = z.object({
  ...base,
  type: z.literal('chown'),
  ...fileFields,
  newUid: z.int(),
  newGid: z.int(),
  result,
})
const mknodEvent = z.object({
  ...base,
  type: z.literal('mknod'),
  path: longText,
  mode: z.int().nonnegative(),
  major: z.int(),
  minor: z.int(),
  result,
})
/** Flags of an inode changed: immutable, append-only. */
const attributeEvent = z.object({ ...base, type: z.literal('attribute'), ...fileFields, flags: z.int(), result })
/** A file that is not the program nor a library of the image was mapped executable, or memory became so. */
const mapEvent = z.object({ ...base, type: z.literal('map'), ...fileFields, protection: z.int() })

const mountEvent = z.object({
  ...base,
  type: z.literal('mount'),
  action: z.enum(['mount', 'move', 'unmount', 'pivot-root']),
  sourcePath: longText,
  path: longText,
  filesystem: shortText,
  flags: wideInteger,
  result,
})
const chrootEvent = z.object({ ...base, type: z.literal('chroot'), ...fileFields, result })
const namespaceEvent = z.object({
  ...base,
  type: z.literal('namespace'),
  action: z.enum(['unshare', 'enter', 'clone']),
  kinds: z.array(z.enum(['mount', 'pid', 'network', 'user', 'ipc', 'uts', 'cgroup', 'time'])).max(8),
  targetPid: z.int().nonnegative().nullable(),
  result,
})
const target = {
  targetPid: z.int().nonnegative(),
  targetExe: longText,
  targetContainerId: shortText.nullable(),
}
const signalEvent = z.object({ ...base, type: z.literal('kill'), ...target, signal: z.int(), result })
/** Reached into another process: ptrace, process_vm_readv, process_vm_writev, /proc/PID/mem. */
const traceEvent = z.object({
  ...base,
  type: z.literal('trace'),
  ...target,
  action: z.enum(['attach', 'read', 'write', 'control']),
  call: shortText,
  result,
})
const credentialEvent = z.object({
  ...base,
  type: z.literal('credential'),
  oldUid: z.int().nonnegative(),
  newUid: z.int().nonnegative(),
  oldGid: z.int().nonnegative(),
  newGid: z.int().nonnegative(),
  gainedCapabilities: wideInteger,
  call: shortText.meta({
    description: 'setuid, capset, exec, unknown: an unknown change was no system call of this process',
  }),
})
const capabilityEvent = z.object({
  ...base,
  type: z.literal('capability'),
  capability: shortText.meta({ description: 'CAP_ name' }),
  allowed: z.boolean(),
})
/** A system call that ordinary programs hardly make: module, bpf, memfd, io_uring, keyctl, kexec, open_by_handle_at, … */
const callEvent = z.object({
  ...base,
  type: z.literal('call'),
  call: shortText,
  compat: z.boolean().meta({ description: 'entered the kernel as a 32-bit program does' }),
  numbers: z.array(wideInteger).max(6).meta({ description: 'arguments that are no pointers; 0 for those that are' }),
  detail: longText.meta({
    description: 'name of the module or memory file, path of the handle, operation of the ring',
  }),
  result,
})
/** A pair of system calls that this program of this image has not made before. Evidence inside a chain, never alone. */
const sequenceEvent = z.object({
  ...base,
  type: z.literal('sequence'),
  previousCall: shortText,
  call: shortText,
  score: z.number(),
  automaton: shortText.nullable().meta({ description: 'the pattern that was completed, where it is one' }),
})

const EVENTS = [
  execEvent,
  forkEvent,
  exitEvent,
  connectEvent,
  acceptEvent,
  listenEvent,
  trafficEvent,
  protocolEvent,
  dnsEvent,
  socketEvent,
  stdioEvent,
  openEvent,
  renameEvent,
  linkEvent,
  unlinkEvent,
  chmodEvent,
  chownEvent,
  mknodEvent,
  attributeEvent,
  mapEvent,
  mountEvent,
  chrootEvent,
  namespaceEvent,
  signalEvent,
  traceEvent,
  credentialEvent,
  capabilityEvent,
  callEvent,
  sequenceEvent,
] as const

export const event = z.discriminatedUnion('type', EVENTS)
export const eventType = z.enum(EVENT_TYPES)

/** An event as the server keeps and serves it. */
const kept = z.object({
  agentId: ulid,
  assetId: ulid.nullable().meta({ description: 'the container, or the host' }),
  assetName: shortText,
})
export const storedEvent = z.intersection(event, kept)

export type EventType = z.infer<typeof eventType>
export type KernelEvent = z.infer<typeof event>
export type EventOf<Type extends EventType> = Extract<KernelEvent, { type: Type }>
export type StoredEvent = z.infer<typeof storedEvent>
export type Ancestor = z.infer<typeof ancestor>
export type FileLayer = z.infer<typeof fileLayer>
export type Descriptor = z.infer<typeof descriptor>
