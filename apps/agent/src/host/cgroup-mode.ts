// Which cgroup hierarchies this host has, from the mounts (cgroups(7)).
import type { HostFacts } from '@yagura/schema'

/** From the text of /proc/self/mounts. */
export function cgroupMode(mounts: string): HostFacts['cgroupMode'] {
  let v1 = false
  let v2 = false
  for (const line of mounts.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ')
    if (type === 'cgroup2') v2 = true
    // a named hierarchy without controllers (systemd) does not make a v1 host
    if (type === 'cgroup' && path && !options.split(',').some((option) => option.startsWith('name='))) v1 = true
  }
  if (v1 && v2) return 'hybrid'
  return v1 ? 'v1' : 'v2'
}
