// Facts of this host, always of the machine the agent itself runs on.
import { arch, availableParallelism, hostname, networkInterfaces, release, totalmem } from 'node:os'
import type { AssetReport, HostFacts } from '@yagura/schema'
import { readSmallFile } from '../files/atomic.ts'
import { cgroupMode } from './cgroup-mode.ts'
import { osReleaseName } from './os-release.ts'

const FILE_BYTES_MAX = 1024 * 1024
const ADDRESSES_MAX = 256

export function hostKey(machineId: string): string {
  return `host:${machineId}`
}

export function readHost(machineId: string, runtimes: HostFacts['runtimes'], observedAt: string): AssetReport {
  const name = hostname()
  return {
    key: hostKey(machineId),
    name,
    parentKey: null,
    state: 'running',
    observedAt,
    facts: {
      kind: 'host',
      hostname: name,
      machineId,
      os: osReleaseName(readSmallFile('/etc/os-release', FILE_BYTES_MAX) ?? '') ?? 'Linux',
      kernel: release(),
      architecture: arch(),
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      addresses: addresses(),
      cgroupMode: cgroupMode(readSmallFile('/proc/self/mounts', FILE_BYTES_MAX) ?? ''),
      bootedAt: bootTime(),
      runtimes: runtimes.slice(0, 32),
    },
  }
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal)
    .map((address) => address.address)
    .sort()
    .slice(0, ADDRESSES_MAX)
}

/** proc(5): `btime` of /proc/stat, seconds since the epoch; it does not move with the clock as "now − uptime" would. */
function bootTime(): string {
  const match = /^btime (\d+)$/m.exec(readSmallFile('/proc/stat', FILE_BYTES_MAX) ?? '')
  return new Date(Number(match?.[1] ?? 0) * 1000).toISOString()
}
