// Control groups of a node: one directory in every hierarchy of this machine, whether it is cgroup2 alone or hybrid.
// In a v1 hierarchy, too, because a node at its root could set release_agent, which the kernel runs on the real host.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface NodeCgroups {
  /** Path below the cgroup2 mount under which all processes of the node are; containers are deeper. */
  readonly path: string
  /** Outer cgroup2 directory, which the node cannot see: the guard is attached here. */
  readonly guarded: string
  /** Innermost directory in every hierarchy: roots of the node's cgroup namespace. */
  readonly inner: readonly string[]
  readonly outer: readonly string[]
}

const INNER = 'node'

/** Mount points of all cgroup hierarchies; cgroup2 first. Format: proc_pid_mountinfo(5). */
export function cgroupMounts(mountinfo: string): { readonly type: string; readonly path: string }[] {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , root, path = ''] = left.split(' ')
    const [type = ''] = right.split(' ')
    return (type === 'cgroup2' || type === 'cgroup') && root === '/' ? [{ type, path }] : []
  })
  return mounts.sort((a, b) => b.type.localeCompare(a.type))
}

/** Directory names of one node in every hierarchy, made when they are not there. */
export async function makeCgroups(name: string): Promise<NodeCgroups> {
  const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  const [unified] = mounts
  if (unified?.type !== 'cgroup2') throw new Error('This machine has no cgroup2 hierarchy mounted at its root.')
  const outer = mounts.map((mount) => join(mount.path, name))
  const inner = outer.map((directory) => join(directory, INNER))
  for (const directory of [...outer, ...inner]) {
    await mkdir(directory, { recursive: true })
    await inheritCpuset(directory)
  }
  return { path: `/${name}/${INNER}`, guarded: join(unified.path, name), inner, outer }
}

/** A new cpuset (v1) takes no process before it has processors and memory. */
async function inheritCpuset(directory: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const present = await readFile(join(directory, file), 'utf8').catch(() => undefined)
    if (present?.trim() === '') await writeFile(join(directory, file), await readFile(join(directory, '..', file)))
  }
}

/** Removes the directories, children first. Their processes must have ended; the kernel needs a moment after that. */
export async function removeCgroups(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    for (let tries = 0; ; tries++) {
      try {
        await removeTree(directory)
        break
      } catch (error) {
        if (tries === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
}

async function removeTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(directory, entry.name))
  await rmdir(directory)
}
