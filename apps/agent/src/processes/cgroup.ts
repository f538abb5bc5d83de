// The cgroup that stands for a process: of the cgroup2 hierarchy where the process has a place of its own there, else of the
// v1 pids hierarchy (hybrid and v1 hosts). Its id is the inode of its directory, which is what the kernel reports (cgroups(7)).
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessEntry } from './table.ts'

export interface CgroupPlace {
  readonly path: string
  /** Inode of the directory, decimal; null when it cannot be found. */
  readonly id: string | null
}

export function cgroupPlace(process: ProcessEntry, cgroupRoot = '/sys/fs/cgroup'): CgroupPlace | undefined {
  const unified = process.cgroups.find((line) => line.controllers === '')
  if (unified && unified.path !== '/') {
    const path = unified.path
    return { path, id: inode(join(cgroupRoot, path)) ?? inode(join(cgroupRoot, 'unified', path)) ?? null }
  }
  const pids = process.cgroups.find((line) => line.controllers.split(',').includes('pids'))
  if (pids && pids.path !== '/') return { path: pids.path, id: inode(join(cgroupRoot, 'pids', pids.path)) ?? null }
  return undefined
}

function inode(path: string): string | undefined {
  try {
    return statSync(path, { bigint: true }).ino.toString()
  } catch {
    return undefined
  }
}
