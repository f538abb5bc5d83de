// Control groups of containers of the bench, on machines with cgroup2 alone and on hybrid ones.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of a process in every hierarchy: proc_pid_cgroup. */
function groups(pid: number): { readonly controllers: string; readonly path: string }[] {
  return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [, controllers = '', path = ''] = line.split(':')
      return { controllers, path }
    })
}

export function unifiedRoot(): string {
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified'
}

/** Command lines of all processes in the control group of one. */
export function processesOf(pid: number): string[] {
  try {
    const path = groups(pid).find(({ controllers }) => controllers === '')?.path ?? ''
    const pids = readFileSync(join(unifiedRoot(), path, 'cgroup.procs'), 'utf8')
      .trim()
      .split('\n')
    return pids.flatMap((one) => {
      try {
        return readFileSync(`/proc/${one}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

/**
 * A ceiling for the processes of one container. Where the controller belongs to a v1 hierarchy, the runtime has made no group
 * for it there, so the container's processes get one below the node's.
 */
export function limitProcesses(pid: number, node: string, name: string, max: number): void {
  const v1 = groups(pid).find(({ controllers }) => controllers.split(',').includes('pids'))
  const directory = v1
    ? join('/sys/fs/cgroup/pids', `yagura-testbed-${node}/node`, name)
    : join(unifiedRoot(), groups(pid)[0]?.path ?? '')
  if (v1) mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'pids.max'), String(max))
  if (!v1) return
  const unified = groups(pid).find(({ controllers }) => controllers === '')?.path ?? ''
  for (const one of readFileSync(join(unifiedRoot(), unified, 'cgroup.procs'), 'utf8')
    .trim()
    .split('\n'))
    move(one, directory)
}

function move(pid: string, directory: string): void {
  try {
    writeFileSync(join(directory, 'cgroup.procs'), pid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // ended meanwhile
  }
}
