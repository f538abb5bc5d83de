// What a running process shows of itself in /proc: for containers that no runtime describes, and where the truth of the
// process is better than what was asked for.
import { join } from 'node:path'
import { readSmallFile } from '../files/atomic.ts'
import { capabilityNames } from './capabilities.ts'
import { statusField } from './table.ts'

export interface LiveProcess {
  readonly commandLine: readonly string[]
  readonly user: string
  readonly capabilities: readonly string[]
  readonly noNewPrivileges: boolean
  readonly seccomp: 'unconfined' | 'filtered' | 'unknown'
}

const STATUS_BYTES_MAX = 64 * 1024
const COMMAND_LINE_BYTES_MAX = 1024 * 1024

export function readLiveProcess(pid: number, procRoot = '/proc'): LiveProcess | undefined {
  const place = join(procRoot, String(pid))
  const status = readSmallFile(join(place, 'status'), STATUS_BYTES_MAX)
  if (status === undefined) return undefined
  const arguments_ = readSmallFile(join(place, 'cmdline'), COMMAND_LINE_BYTES_MAX) ?? ''
  const seccomp = statusField(status, 'Seccomp')
  return {
    commandLine: arguments_.replace(/\0$/, '').split('\0'),
    // real, effective, saved, file system: the effective one acts
    user: `${statusField(status, 'Uid')?.split(/\s+/)[1] ?? 0}:${statusField(status, 'Gid')?.split(/\s+/)[1] ?? 0}`,
    capabilities: capabilityNames(statusField(status, 'CapEff') ?? ''),
    noNewPrivileges: statusField(status, 'NoNewPrivs') === '1',
    seccomp: seccomp === undefined ? 'unknown' : seccomp === '0' ? 'unconfined' : 'filtered',
  }
}
