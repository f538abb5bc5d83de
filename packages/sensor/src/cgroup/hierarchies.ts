// The control groups that exist already when the sensor starts: the directories of the cgroup2 and the v1 pids hierarchy.
// A directory's inode number is the id that the kernel's records carry.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'

/** Far above any real machine; a hierarchy beyond it is filled up by its makers as they make more. */
const MAX_DIRECTORIES = 65_536

export interface CgroupMount {
  readonly hierarchy: number
  readonly directory: string
  /** Path in the hierarchy that the directory shows, `/` when all of it. */
  readonly root: string
}

/** Reads /proc/self/mountinfo. Source: proc_pid_mountinfo(5). */
export function cgroupMounts(mountinfo: string): readonly CgroupMount[] {
  const mounts: CgroupMount[] = []
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const [, , , root, directory] = before?.split(' ') ?? []
    const [type, , options] = after?.split(' ') ?? []
    if (root === undefined || directory === undefined) continue
    const isV2 = type === 'cgroup2'
    const isPids = type === 'cgroup' && options?.split(',').includes('pids') === true
    if (!isV2 && !isPids) continue
    const hierarchy = isV2 ? RECORD_CONSTANTS.HIERARCHY_V2 : RECORD_CONSTANTS.HIERARCHY_V1_PIDS
    if (mounts.some((mount) => mount.hierarchy === hierarchy && mount.root === '/')) continue
    mounts.push({ hierarchy, directory: unescapeOctal(directory), root: unescapeOctal(root) })
  }
  return mounts
}

/** Directory of the root of cgroup2; undefined where there is none, or where only a part of it is to be seen. */
export function rootOfCgroups(): string | undefined {
  const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  const directory = mounts.find(
    ({ hierarchy, root }) => hierarchy === RECORD_CONSTANTS.HIERARCHY_V2 && root === '/',
  )?.directory
  // every group but the true root has this file (cgroup-v2.rst, Core Interface Files)
  return directory === undefined || existsSync(join(directory, 'cgroup.events')) ? undefined : directory
}

export type CgroupVisitor = (hierarchy: number, id: number, path: string) => void

export function walkCgroups(visit: CgroupVisitor): void {
  let left = MAX_DIRECTORIES
  for (const mount of cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))) {
    const pending = ['']
    while (pending.length > 0 && left > 0) {
      const below = pending.pop() as string
      const directory = join(mount.directory, below)
      const path = `${mount.root === '/' ? '' : mount.root}${below}` || '/'
      try {
        visit(mount.hierarchy, statSync(directory).ino, path)
        for (const entry of readdirSync(directory, { withFileTypes: true })) {
          if (entry.isDirectory()) pending.push(`${below}/${entry.name}`)
        }
      } catch {
        // removed while we looked: the record of its removal says so too
      }
      left--
    }
  }
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
