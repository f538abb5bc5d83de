// What the service user cannot get at: directories it may not pass, files it may not read. A checkout in /root, say.
import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ServiceUser } from './service-user.ts'

const READ = 4
const PASS = 1

export type Access = (stats: Pick<Stats, 'uid' | 'gid' | 'mode'>, bits: number) => boolean

/** Plain permission bits: the first of owner, group and others that applies decides (path_resolution(7)). */
export function accessOf(user: Pick<ServiceUser, 'uid' | 'gid'>): Access {
  return ({ uid, gid, mode }, bits) => {
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    return ((mode >> shift) & bits) === bits
  }
}

/** The topmost directory above `path` that may not be passed; undefined when all may. */
export function blockedAncestor(path: string, access: Access): string | undefined {
  const parent = dirname(path)
  if (parent === path) return undefined
  return blockedAncestor(parent, access) ?? (access(lstatSync(parent), PASS) ? undefined : parent)
}

const NOT_OURS = new Set(['node_modules', 'build', '.git'])

/** Whether all files of a tree may be read; installed packages in it are not looked at. */
export function treeIsReadable(path: string, access: Access): boolean {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) return true
  if (!stats.isDirectory()) return access(stats, READ)
  if (!access(stats, READ | PASS)) return false
  return readdirSync(path)
    .filter((name) => !NOT_OURS.has(name))
    .every((name) => treeIsReadable(join(path, name), access))
}
