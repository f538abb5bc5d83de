// The cgroup that stands for a process: of the cgroup2 hierarchy where the process has a place of its own there, else of the
// v1 pids hierarchy (hybrid and v1 hosts). Its id is the inode of its directory, which is what the kernel reports (cgroups(7)).
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { containerOf } from '@yagura/sensor'
import type { ProcessEntry } from './table.ts'

export interface CgroupPlace {
  readonly path: string
  /** Inode of the directory, decimal; null when it cannot be found. */
  readonly id: string | null
}

/** Of the two groups the one that is a container's, as the sensor chooses; else the one that is not the root. */
export function cgroupPlace(process: ProcessEntry, cgroupRoot = '/sys/fs/cgroup'): CgroupPlace | undefined {
  const unified = process.cgroups.find((line) => line.controllers === '')?.path ?? '/'
  const pids = process.cgroups.find((line) => line.controllers.split(',').includes('pids'))?.path ?? '/'
  const isUnified = unified !== '/' && (containerOf(unified) !== null || containerOf(pids) === null)
  if (isUnified) {
    return {
      path: unified,
      id: inode(join(cgroupRoot, unified)) ?? inode(join(cgroupRoot, 'unified', unified)) ?? null,
    }
  }
  return pids === '/' ? undefined : { path: pids, id: inode(join(cgroupRoot, 'pids', pids)) ?? null }
}

function inode(path: string): string | undefined {
  try {
    return statSync(path, { bigint: true }).ino.toString()
  } catch {
    return undefined
  }
}
