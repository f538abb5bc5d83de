// The records that the BPF program writes into its rings. This table is the only place that says how they lie in memory:
// the C header and the decoder are both made from it.

import { CALL_CLASSES, CLASS_COMPAT, CLASS_OTHER } from './call-classes.ts'

/** Field types: integers are little-endian, as on every machine the sensor runs on; `bytesN` is an array of N bytes. */
export type FieldType = 'u8' | 'u16' | 'u32' | 'u64' | `bytes${number}`

/** The security ring is never sampled; the bulk ring may overflow in a flood of file opens without blinding the other. */
export const RINGS = ['security', 'bulk'] as const
export type RingName = (typeof RINGS)[number]

export interface RecordShape {
  /** Value of the header's `type`. Also the class by which losses are counted, and the bit of the record in a scope. */
  readonly type: number
  readonly ring: RingName
  readonly fields: Readonly<Record<string, FieldType>>
  /** What follows the fixed fields, for the reader of the header. */
  readonly tail?: string
}

/** Every record starts with this: when, in what order, who, and in which control groups at that moment. */
export const HEADER_FIELDS = {
  /** CLOCK_BOOTTIME, nanoseconds. */
  timeNs: 'u64',
  /** Counts the records of one CPU for one ring, lost ones too: a hole is a proven loss. */
  sequence: 'u64',
  /** kernfs id of the cgroup2 directory. */
  cgroupId: 'u64',
  /** kernfs id of the directory in the v1 pids hierarchy; 0 where pids is not a v1 hierarchy. */
  cgroupV1Id: 'u64',
  /** Start of the process (not the thread), CLOCK_BOOTTIME. */
  startNs: 'u64',
  pid: 'u32',
  tid: 'u32',
  parentPid: 'u32',
  /** Effective ids, in the initial user namespace. */
  uid: 'u32',
  gid: 'u32',
  /**
   * Number of the CPU; CPU_INTERRUPT is added where the record was written in an interrupt, which counts on its own;
   * CPU_PREEMPTIBLE where nothing could be counted: the sequence is the time then.
   */
  cpu: 'u16',
  type: 'u8',
  flags: 'u8',
  command: 'bytes16',
} as const satisfies Record<string, FieldType>

const SOCKET_FIELDS = {
  /** IPv4 lies in the first four bytes. Ports are in host order. */
  localAddress: 'bytes16',
  remoteAddress: 'bytes16',
  localPort: 'u16',
  remotePort: 'u16',
  /** AF_INET 2 or AF_INET6 10. */
  family: 'u16',
  /** IPPROTO_*. */
  protocol: 'u16',
  /** Inode of the socket; 0 while it has none. */
  socketInode: 'u64',
  /** What the call returned, as a signed number; NO_RESULT where the record stands for no call. */
  result: 'u32',
  reserved: 'u32',
} as const satisfies Record<string, FieldType>

const CGROUP_FIELDS = {
  id: 'u64',
  /** HIERARCHY_* */
  hierarchy: 'u32',
  /** The process that was moved; 0 for directories made and removed. */
  movedPid: 'u32',
  pathSize: 'u32',
  reserved: 'u32',
} as const satisfies Record<string, FieldType>

/** An act on a file. Two names at most, each of which the caller gave relative to a directory that the kernel resolved. */
const FILE_FIELDS = {
  /** 0 where only the name is known. */
  inode: 'u64',
  device: 'u32',
  /** Mode, user, flags, protection: whatever number the act has. */
  number: 'u32',
  other: 'u32',
  result: 'u32',
  nameSize: 'u16',
  baseSize: 'u16',
  newNameSize: 'u16',
  newBaseSize: 'u16',
  /** LAYER_* */
  layer: 'u8',
  /** FLAG_PATH_* of the bases. */
  baseFlags: 'u8',
  newBaseFlags: 'u8',
  /** Variant of the act: symbolic link, directory. */
  kind: 'u8',
  reserved: 'u32',
} as const satisfies Record<string, FieldType>
const FILE_TAIL = 'first name as it was given; components of its directory; second name; components of its directory'

const TARGET_FIELDS = {
  /** As the caller names the process, in the pid namespace `namespace`. */
  target: 'u32',
  namespace: 'u32',
  /** The same in the initial namespace, where the kernel said so; else 0. */
  globalTarget: 'u32',
  /** Signal, or request of ptrace. */
  number: 'u32',
  call: 'u32',
  result: 'u32',
} as const satisfies Record<string, FieldType>

export const RECORDS = {
  exec: {
    type: 1,
    ring: 'security',
    fields: {
      exeInode: 'u64',
      exeDevice: 'u32',
      /** Bytes of all arguments in the process; more than argsSize when they were cut. */
      argsTotal: 'u32',
      argsSize: 'u16',
      exeSize: 'u16',
      cwdSize: 'u16',
      environmentSize: 'u16',
      capabilities: 'u64',
      /** Descriptors 0, 1 and 2: struct descriptor. */
      input: 'bytes32',
      output: 'bytes32',
      error: 'bytes32',
      sessionId: 'u32',
      mountNamespace: 'u32',
      pidNamespace: 'u32',
      userNamespace: 'u32',
      realUid: 'u32',
      /** Pid in its innermost namespace. */
      innerPid: 'u32',
      /** LAYER_* of the program. */
      layer: 'u8',
      /** EXEC_* */
      marks: 'u8',
      reserved: 'u16',
      reserved2: 'u32',
    },
    tail: 'arguments, each ended by NUL; components of the program path, last one first; components of the working directory; named variables of the environment',
  },
  fork: {
    type: 2,
    ring: 'security',
    fields: {
      childStartNs: 'u64',
      childPid: 'u32',
      /** The child's pid in up to three namespaces, the innermost first, and the namespaces; 0 where there are fewer. */
      innerPid: 'u32',
      innerNamespace: 'u32',
      middlePid: 'u32',
      middleNamespace: 'u32',
      outerPid: 'u32',
      outerNamespace: 'u32',
      reserved: 'u32',
    },
  },
  /** `status` as wait(2) gives it. */
  exit: { type: 3, ring: 'security', fields: { status: 'u32', reserved: 'u32' } },
  connect: { type: 4, ring: 'security', fields: SOCKET_FIELDS },
  accept: { type: 5, ring: 'security', fields: SOCKET_FIELDS },
  open: {
    type: 6,
    ring: 'bulk',
    fields: {
      inode: 'u64',
      device: 'u32',
      openFlags: 'u32',
      pathSize: 'u32',
      /** LAYER_* */
      layer: 'u8',
      reserved: 'u8',
      reserved2: 'u16',
      /** Of /proc/PID/…: the process it is about, in the initial pid namespace. */
      aboutPid: 'u32',
      reserved3: 'u32',
    },
    tail: 'components of the path, last one first',
  },
  cgroupMade: { type: 7, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
  cgroupRemoved: { type: 8, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
  cgroupMoved: { type: 9, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
  stdio: { type: 10, ring: 'security', fields: { target: 'bytes32', number: 'u32', reserved: 'u32' } },
  rename: { type: 11, ring: 'bulk', fields: FILE_FIELDS, tail: FILE_TAIL },
  link: { type: 12, ring: 'security', fields: FILE_FIELDS, tail: FILE_TAIL },
  unlink: { type: 13, ring: 'bulk', fields: FILE_FIELDS, tail: FILE_TAIL },
  chmod: { type: 14, ring: 'security', fields: FILE_FIELDS, tail: FILE_TAIL },
  chown: { type: 15, ring: 'bulk', fields: FILE_FIELDS, tail: FILE_TAIL },
  mknod: { type: 16, ring: 'security', fields: FILE_FIELDS, tail: FILE_TAIL },
  attribute: { type: 17, ring: 'security', fields: FILE_FIELDS, tail: FILE_TAIL },
  map: { type: 18, ring: 'bulk', fields: FILE_FIELDS, tail: FILE_TAIL },
  chroot: { type: 19, ring: 'security', fields: FILE_FIELDS, tail: FILE_TAIL },
  mount: {
    type: 20,
    ring: 'security',
    fields: {
      mountFlags: 'u64',
      result: 'u32',
      sourceSize: 'u16',
      filesystemSize: 'u16',
      nameSize: 'u16',
      baseSize: 'u16',
      /** MOUNT_* */
      action: 'u8',
      baseFlags: 'u8',
      reserved: 'u16',
    },
    tail: 'source, kind of file system, target as they were given; components of the directory that the target is relative to',
  },
  kill: { type: 21, ring: 'security', fields: TARGET_FIELDS },
  trace: { type: 22, ring: 'security', fields: TARGET_FIELDS },
  namespace: {
    type: 23,
    ring: 'security',
    /** `kinds`: CLONE_NEW* bits; `action`: NAMESPACE_*. */
    fields: { kinds: 'u32', action: 'u32', targetPid: 'u32', result: 'u32' },
  },
  credential: {
    type: 24,
    ring: 'security',
    fields: {
      gained: 'u64',
      oldUid: 'u32',
      newUid: 'u32',
      oldGid: 'u32',
      newGid: 'u32',
      /** Number of the call with CALL_COMPAT, or CALL_EXEC, or CALL_UNKNOWN. */
      call: 'u32',
      reserved: 'u32',
    },
  },
  capability: { type: 25, ring: 'security', fields: { capability: 'u32', allowed: 'u32' } },
  call: {
    type: 26,
    ring: 'security',
    fields: {
      numbers: 'bytes48',
      result: 'u64',
      /** Number of the call, with CALL_COMPAT; CALL_IO_URING and the operation. */
      call: 'u32',
      detailSize: 'u16',
      baseSize: 'u16',
      /** Bit n: argument n is a pointer. */
      pointers: 'u8',
      baseFlags: 'u8',
      reserved: 'u16',
      reserved2: 'u32',
    },
    tail: 'a name that the call was given; components of the directory it is relative to, or of the file it is about',
  },
  socket: { type: 27, ring: 'security', fields: { domain: 'u32', kind: 'u32', protocol: 'u32', result: 'u32' } },
  listen: { type: 28, ring: 'security', fields: SOCKET_FIELDS },
  traffic: {
    type: 29,
    ring: 'bulk',
    fields: { ...SOCKET_FIELDS, sentBytes: 'u64', receivedBytes: 'u64', ended: 'u32', reserved2: 'u32' },
  },
  protocol: {
    type: 30,
    ring: 'security',
    fields: { ...SOCKET_FIELDS, size: 'u32', sent: 'u32' },
    tail: 'the first bytes of the connection; never kept',
  },
  dns: {
    type: 31,
    ring: 'security',
    fields: { ...SOCKET_FIELDS, size: 'u32', reserved2: 'u32' },
    tail: 'the datagram',
  },
  sequence: {
    type: 32,
    ring: 'bulk',
    fields: { previous: 'u16', call: 'u16', automaton: 'u16', score: 'u16' },
  },
  verdict: {
    type: 33,
    ring: 'security',
    fields: {
      /** Inode of the program, or address of the peer. */
      object: 'bytes16',
      scope: 'u64',
      hierarchy: 'u32',
      /** VERDICT_* */
      kind: 'u32',
      /** Port of the peer, or number of the call; of a unix socket 1 where its name is abstract. */
      number: 'u32',
      family: 'u32',
      pathSize: 'u32',
      reserved: 'u32',
    },
    tail: 'components of the path of the program or of the socket, or its abstract name',
  },
} as const satisfies Record<string, RecordShape>

export type RecordName = keyof typeof RECORDS

/** Structures that both sides share beside the records. */
export const STRUCTS = {
  /** What user space tells the compiled object before loading; it lies in the object's read-only data. */
  settings: {
    /** Of the compiled object: another layout of records is refused. */
    layout: 'u32',
    /** Inodes of the mount namespaces that are the host: the agent's and that of the container runtimes. */
    hostMountNamespace: 'u32',
    otherHostMountNamespace: 'u32',
    hostPidNamespace: 'u32',
    /** Only programs of the generation that `control` names write records: an old and a new sensor never both do. */
    generation: 'u32',
    reserved: 'u32',
    /** Nanoseconds from the epoch to boot. */
    bootEpochNs: 'u64',
    /** For so long the same open, by the same program on the same file, is not told again. */
    repeatNs: 'u64',
    /** Token bucket of one control group for the bulk ring. */
    bulkPerSecond: 'u64',
    bulkBurst: 'u64',
    /** Bits of record types: wanted of every process, and of processes of containers. */
    hostTypes: 'u64',
    containerTypes: 'u64',
    /** One bit for every system call number that some hook wants to see, native or 32-bit. */
    wantedCalls: 'bytes64',
    /** The same for those that are wanted although they failed. */
    wantedFailures: 'bytes64',
    /** Class of every call, native. */
    callClasses: 'bytes512',
  },
  /** What user space may change while the sensor runs. Fields keep their places: other versions read `polledNs`. */
  control: {
    /** The process whose own file writes are not reported, so that it does not feed itself. */
    ownPid: 'u32',
    /** Scopes that have verdicts: 0 spares looking. */
    verdictScopes: 'u32',
    generation: 'u32',
    /** Not 0 where TCP connections are told once their own port is known. */
    connectsReady: 'u32',
    /** When user space last read the rings, CLOCK_BOOTTIME. */
    polledNs: 'u64',
  },
  /** Where a descriptor leads to. */
  descriptor: {
    id: 'u64',
    /** Peer of an internet socket. */
    address: 'bytes16',
    port: 'u16',
    /** DESCRIPTOR_* */
    kind: 'u8',
    family: 'u8',
    reserved: 'u32',
  },
  /** Which arguments of a system call mean what; ARGUMENT_NONE where it has none such. */
  shape: {
    /** Type of the record. */
    type: 'u8',
    kind: 'u8',
    descriptor: 'u8',
    directory: 'u8',
    name: 'u8',
    newDirectory: 'u8',
    newName: 'u8',
    number: 'u8',
    other: 'u8',
    pointers: 'u8',
    /** SHAPE_* */
    flags: 'u8',
    reserved: 'u8',
    /** The call counts only when argument `number` has this value. */
    command: 'u32',
  },
  /** A control group by id and hierarchy. */
  scopeKey: { id: 'u64', hierarchy: 'u32', reserved: 'u32' },
  /** What is wanted of a control group. */
  scope: {
    /** Bits of record types. */
    types: 'u64',
    /** Slot of its image for sequences. */
    image: 'u32',
    reserved: 'u32',
  },
  /** What is refused in a scope, and how often that came about. */
  verdicts: {
    /** VERDICTS_* */
    flags: 'u32',
    /** Bits of LAYER_*: programs that lie there are not run. */
    layers: 'u32',
    /** Names the scope in the lists of files and peers. */
    slot: 'u32',
    reserved: 'u32',
    /** CLOCK_BOOTTIME at which it is over, whoever is there to say so; 0: no such time. */
    expiresNs: 'u64',
    deniedExecs: 'u64',
    deniedConnects: 'u64',
    droppedPackets: 'u64',
    kills: 'u64',
    /** Bits of calls whose caller is killed, native and 32-bit. */
    calls: 'bytes64',
    compatCalls: 'bytes64',
  },
  /** A program of an image, and its set of pairs of calls. */
  programKey: { inode: 'u64', device: 'u32', image: 'u32' },
  program: { slot: 'u32', isLearning: 'u32' },
  deniedFile: { inode: 'u64', device: 'u32', slot: 'u32' },
  peerKey: { slot: 'u32', index: 'u32' },
  /** A name of a file that is not opened, by hashes; `above` is 0 where the directory does not matter. DENIED_* */
  deniedName: { slot: 'u32', kind: 'u32', name: 'u32', above: 'u32' },
  /** A network as IPv6, IPv4 as ::ffff:a.b.c.d; port 0 is any. */
  peer: { address: 'bytes16', mask: 'bytes16', port: 'u32', reserved: 'u32' },
} as const satisfies Record<string, Readonly<Record<string, FieldType>>>

export type StructName = keyof typeof STRUCTS

/** Named numbers that both sides use. */
export const RECORD_CONSTANTS = {
  /** Types are below this; the loss counters have so many classes. */
  TYPES: 64,
  HIERARCHY_V2: 0,
  HIERARCHY_V1_PIDS: 1,
  CPU_INTERRUPT: 0x8000,
  CPU_PREEMPTIBLE: 0x4000,
  SLOT_PLAIN: 0,
  SLOT_INTERRUPT: 1,
  SLOT_PREEMPTIBLE: 2,
  SLOTS: 3,
  /** Bytes of arguments that an exec record carries at most. */
  ARGS_MAX: 4096,
  PATH_MAX: 4096,
  /** flags of exec (program path) and open */
  FLAG_PATH_TRUNCATED: 1,
  /** The walk ended outside the root of the process: memory files, detached mounts. */
  FLAG_PATH_UNREACHABLE: 2,
  /** The file has no name any more. */
  FLAG_PATH_UNLINKED: 4,
  /** flag of open: this call made the file */
  FLAG_CREATED: 8,
  /** flags of exec (working directory) */
  FLAG_CWD_TRUNCATED: 16,
  FLAG_CWD_UNREACHABLE: 32,
  LAYER_UNKNOWN: 0,
  LAYER_IMAGE: 1,
  LAYER_UPPER: 2,
  LAYER_MOUNT: 3,
  LAYER_TMPFS: 4,
  LAYER_MEMORY: 5,
  LAYER_PROC: 6,
  LAYER_SYS: 7,
  LAYER_HOST: 8,
  EXEC_TERMINAL: 1,
  /** The parent is in another pid namespace, another mount namespace. */
  EXEC_PARENT_OTHER_PIDS: 2,
  EXEC_PARENT_OTHER_MOUNTS: 4,
  EXEC_HOST_MOUNTS: 8,
  DESCRIPTOR_CLOSED: 0,
  DESCRIPTOR_FILE: 1,
  DESCRIPTOR_PIPE: 2,
  DESCRIPTOR_SOCKET: 3,
  DESCRIPTOR_UNIX: 4,
  DESCRIPTOR_TERMINAL: 5,
  DESCRIPTOR_NULL: 6,
  DESCRIPTOR_OTHER: 7,
  ARGUMENT_NONE: 15,
  /** An argument that is none: what the call returned. */
  ARGUMENT_RESULT: 6,
  SHAPE_SYMBOLIC: 1,
  SHAPE_DIRECTORY: 2,
  /** `other` may hold AT_REMOVEDIR. */
  SHAPE_AT_FLAGS: 4,
  /** `name` is a path, relative to `directory`. */
  SHAPE_PATH: 8,
  /** Told once for a process, for a while. */
  SHAPE_ONCE: 16,
  /** What the call returned is an open file, told as such too. */
  SHAPE_OPENS: 32,
  /** It says something in a pattern only: not wanted of the host. */
  SHAPE_PATTERN: 64,
  MOUNT_MOUNT: 0,
  MOUNT_MOVE: 1,
  MOUNT_UNMOUNT: 2,
  MOUNT_PIVOT_ROOT: 3,
  NAMESPACE_UNSHARE: 0,
  NAMESPACE_ENTER: 1,
  NAMESPACE_CLONE: 2,
  CALL_COMPAT: 0x1_0000,
  CALL_EXEC: 0x2_0000,
  CALL_UNKNOWN: 0x4_0000,
  CALL_IO_URING: 0x8_0000,
  NO_RESULT: 0x7fff_ffff,
  CALL_CLASSES,
  CLASS_OTHER,
  CLASS_COMPAT,
  AUTOMATON_REVERSE_SHELL: 1,
  AUTOMATON_RELAY_SHELL: 2,
  AUTOMATON_MEMORY_EXEC: 3,
  AUTOMATON_PIPE_SPLICE_WRITE: 4,
  AUTOMATON_USER_NAMESPACE_ESCALATION: 5,
  AUTOMATON_TRACE_INJECTION: 6,
  AUTOMATON_HANDLE_SWEEP: 7,
  AUTOMATON_MASS_REWRITE: 8,
  VERDICT_DENY_EXEC: 1,
  VERDICT_DENY_CONNECT: 2,
  VERDICT_QUARANTINE: 3,
  VERDICT_KILL_CALL: 4,
  VERDICT_DOOMED: 5,
  VERDICT_DENY_OPEN: 6,
  VERDICT_DENY_SOCKET: 7,
  VERDICTS_FILES: 1,
  VERDICTS_MAPPINGS: 2,
  VERDICTS_REFUSE_LISTED: 4,
  VERDICTS_REFUSE_UNLISTED: 8,
  VERDICTS_QUARANTINE: 16,
  VERDICTS_CALLS: 32,
  VERDICTS_DOOMED: 64,
  VERDICTS_OPENS: 128,
  VERDICTS_SCRIPTS: 256,
  VERDICTS_SOCKETS: 512,
  VERDICTS_RAISING: 1024,
  VERDICTS_LEASED: 2048,
  DENIED_FILE: 0,
  DENIED_DIRECTORY: 1,
  DENIED_EXCEPT: 2,
  DENIED_INTERPRETER: 3,
  DENIED_SOCKET: 4,
  DENIED_ABSTRACT: 5,
  DENIED_ABSTRACT_BEGINNING: 6,
  DENIED_RAISING_EXCEPT: 7,
  DENIED_READ: 1,
  DENIED_WRITE: 2,
} as const
