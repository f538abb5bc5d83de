// The first process of a container that runs, as the kernel shows it. What a runtime has written down may be old, and its process
// number given to something else, so that a process is believed only when it lives in other namespaces than this one.
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { readSmallFile } from '@yagura/safe-io'

const SMALL = 64 * 1024

/** `startTicks`: field 22 of /proc/PID/stat when the runtime wrote it down. */
export async function isContained(proc: string, pid: number, startTicks?: number): Promise<boolean> {
  if (startTicks !== undefined && (await startOf(proc, pid)) !== startTicks) return false
  const [own, its] = await Promise.all([mountNamespace('/proc', 'self'), mountNamespace(proc, `${pid}`)])
  return its !== undefined && its !== own
}

async function mountNamespace(proc: string, pid: string): Promise<string | undefined> {
  return readlink(join(proc, pid, 'ns', 'mnt')).catch(() => undefined)
}

/** proc(5): the name in the second field may hold spaces and parentheses. */
async function startOf(proc: string, pid: number): Promise<number | undefined> {
  const stat = await readText(join(proc, `${pid}`, 'stat'))
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[19] === undefined ? undefined : Number(fields[19])
}

/** The oldest process of a container by its cgroup, whose path every runtime ends with the id: /default/ID, docker-ID.scope, cri-containerd-ID.scope. */
export async function findByCgroup(proc: string, id: string): Promise<number | undefined> {
  const found: number[] = []
  for (const name of await readdir(proc).catch(() => [])) {
    if (!/^[0-9]{1,10}$/.test(name)) continue
    const groups = (await readText(join(proc, name, 'cgroup')))?.split('\n') ?? []
    if (groups.some((line) => isGroupOf(line, id))) found.push(Number(name))
  }
  for (const pid of found.toSorted((a, b) => a - b)) if (await isContained(proc, pid)) return pid
  return undefined
}

/**
 * The path ends with the id, alone or between the prefix and suffix that systemd wants; below a long id, which nothing else is called,
 * the container may have groups of its own. A long id may be given by its beginning.
 */
export function isGroupOf(line: string, id: string): boolean {
  const parts = line
    .split('/')
    .slice(1)
    .map((part) => part.replace(/^(?:docker|cri-containerd|libpod|crio)-/, '').replace(/\.scope$/, ''))
  if (id !== '' && parts.at(-1) === id) return true
  return /^[0-9a-f]{12,64}$/.test(id) && parts.some((part) => /^[0-9a-f]{64}$/.test(part) && part.startsWith(id))
}

export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readSmallFile(path, SMALL)
  return bytes.ok ? bytes.value.toString('utf8') : undefined
}
