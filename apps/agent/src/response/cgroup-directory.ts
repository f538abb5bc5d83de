// The directory of a control group in a hierarchy that can freeze it: cgroup2, else the freezer of v1, where runtimes use the same path.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** proc_pid_mountinfo(5). Undefined when the group is gone, or this machine cannot freeze. */
export function cgroupDirectory(
  path: string,
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string | undefined {
  const places: string[] = []
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const [, , , root = '', directory = ''] = before?.split(' ') ?? []
    const [type, , options] = after?.split(' ') ?? []
    const isFreezer = type === 'cgroup' && options?.split(',').includes('freezer')
    if (type !== 'cgroup2' && !isFreezer) continue
    const below = root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : undefined
    if (below === undefined) continue
    if (type === 'cgroup2') places.unshift(join(directory, below))
    else places.push(join(directory, below))
  }
  return places.find((place) => existsSync(join(place, 'cgroup.freeze')) || existsSync(join(place, 'freezer.state')))
}
