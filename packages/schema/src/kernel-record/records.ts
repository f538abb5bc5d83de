// The records that the BPF program writes into its rings. This table is the only place that says how they lie in memory:
// the C header and the decoder are both made from it.

/** Field types: integers are little-endian, as on every machine the sensor runs on; `bytesN` is an array of N bytes. */
export type FieldType = 'u8' | 'u16' | 'u32' | 'u64' | `bytes${number}`

/** The security ring is never sampled; the bulk ring may overflow in a flood of file opens without blinding the other. */
export const RINGS = ['security', 'bulk'] as const
export type RingName = (typeof RINGS)[number]

export interface RecordShape {
  /** Value of the header's `type`. Also the class by which losses are counted. */
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
  cpu: 'u16',
  type: 'u8',
  flags: 'u8',
  command: 'bytes16',
} as const satisfies Record<string, FieldType>

/** What user space and the compiled object tell each other before loading; it lies in the object's read-only data. */
export const SETTINGS_FIELDS = {
  /** YAGURA_LAYOUT of the header the object was compiled with: an object of other records is refused. */
  layout: 'u32',
  /** The process whose own file writes are not reported, so that it does not feed itself. */
  ownPid: 'u32',
  /** One bit for every system call number that some hook wants to see, native or 32-bit. */
  wantedCalls: 'bytes64',
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
      reserved: 'u16',
    },
    tail: 'arguments, each ended by NUL; components of the program path, last one first; components of the working directory',
  },
  fork: { type: 2, ring: 'security', fields: { childStartNs: 'u64', childPid: 'u32', reserved: 'u32' } },
  /** `status` as wait(2) gives it. */
  exit: { type: 3, ring: 'security', fields: { status: 'u32', reserved: 'u32' } },
  connect: { type: 4, ring: 'security', fields: SOCKET_FIELDS },
  accept: { type: 5, ring: 'security', fields: SOCKET_FIELDS },
  open: {
    type: 6,
    ring: 'bulk',
    fields: { inode: 'u64', device: 'u32', openFlags: 'u32', pathSize: 'u32', reserved: 'u32' },
    tail: 'components of the path, last one first',
  },
  cgroupMade: { type: 7, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
  cgroupRemoved: { type: 8, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
  cgroupMoved: { type: 9, ring: 'security', fields: CGROUP_FIELDS, tail: 'path in the hierarchy' },
} as const satisfies Record<string, RecordShape>

export type RecordName = keyof typeof RECORDS

/** Named numbers that both sides use. */
export const RECORD_CONSTANTS = {
  /** Types are below this; the loss counters have so many classes. */
  TYPES: 16,
  HIERARCHY_V2: 0,
  HIERARCHY_V1_PIDS: 1,
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
} as const
