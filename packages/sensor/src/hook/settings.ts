// What the BPF object is told before it is loaded: which namespaces are the host, what is wanted of whom, how much at most.
import { randomInt } from 'node:crypto'
import { statSync } from 'node:fs'
import { RECORDS, type RecordName } from '@yagura/schema/kernel-record'

export interface SensorSettings {
  /** Inodes of the mount namespaces that are the host: the agent's own, and that of the container runtimes. */
  readonly hostMountNamespaces: readonly number[]
  readonly hostPidNamespace: number
  readonly bootEpochNs: bigint
  readonly generation: number
  /** For so long the same open of the same file by the same program is not told again. */
  readonly repeatMs: number
  /** Share of one control group of the bulk ring. */
  readonly bulkPerSecond: number
  readonly bulkBurst: number
  /** Bits of record types. */
  readonly hostTypes: bigint
  readonly containerTypes: bigint
}

/** Opens for reading are wanted too (bpf/scope.h). */
const READS = 1n << 63n

/** Everything of containers and of what came out of them; of the host what begins, ends, connects, writes and is sensitive. */
const QUIET_ON_HOST: readonly RecordName[] = ['stdio', 'map', 'capability', 'traffic', 'protocol', 'dns', 'sequence']

export const CONTAINER_TYPES = bits(Object.keys(RECORDS) as RecordName[]) | READS
export const HOST_TYPES = bits((Object.keys(RECORDS) as RecordName[]).filter((name) => !QUIET_ON_HOST.includes(name)))

const REPEAT_MS = 60_000
const BULK_PER_SECOND = 20_000
const BULK_BURST = 40_000

/** Settings for this machine. `runtimeRoot`: before the paths of container runtimes, `/proc/PID/root` of a node. */
export function settingsHere(runtimeRoot: string, bootEpochNs: bigint): SensorSettings {
  const nodePid = /^\/proc\/(\d+)\/root\/?$/.exec(runtimeRoot)?.[1]
  const mounts = [namespaceInode('/proc/self/ns/mnt')]
  if (nodePid !== undefined) mounts.push(namespaceInode(`/proc/${nodePid}/ns/mnt`))
  return {
    hostMountNamespaces: mounts,
    hostPidNamespace: namespaceInode('/proc/self/ns/pid'),
    bootEpochNs,
    generation: randomInt(1, 0x7fff_ffff),
    repeatMs: REPEAT_MS,
    bulkPerSecond: BULK_PER_SECOND,
    bulkBurst: BULK_BURST,
    hostTypes: HOST_TYPES,
    containerTypes: CONTAINER_TYPES,
  }
}

function namespaceInode(path: string): number {
  try {
    return statSync(path).ino
  } catch {
    return 0
  }
}

function bits(names: readonly RecordName[]): bigint {
  return names.reduce((mask, name) => mask | (1n << BigInt(RECORDS[name].type)), 0n)
}
