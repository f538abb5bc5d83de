// How a container is started: the words of `profile` as options of the runtime. Everything "host" is the sandboxed node.
import type { RunOptions } from '@yagura/testbed'

export interface Profile {
  readonly options: Pick<
    RunOptions,
    'privileged' | 'seccomp' | 'capabilities' | 'hostPid' | 'newPrivileges' | 'network' | 'mounts'
  >
  /** Paths on the node that must be there. */
  readonly sources: readonly string[]
  readonly nonRoot: boolean
  readonly maxProcesses: number | undefined
  /** Words that mean nothing here: the case cannot run. */
  readonly unknown: readonly string[]
}

/** Words of several profiles together make the union, as a campaign has of its steps. */
export function parseProfile(text: string): Profile {
  const words = [...new Set(text.split(',').flatMap((word) => word.trim() || []))]
  const has = (word: string) => words.includes(word)
  const after = (prefix: string) =>
    words.flatMap((word) => (word.startsWith(prefix) ? word.slice(prefix.length) : [])) as string[]
  const mounts = after('mount:').map((pair) => {
    const [source = '', destination = source] = pair.split('->')
    return { source: source.trim(), destination: destination.trim() }
  })
  const privileged = has('priv')
  const known = (word: string) =>
    ['default', 'nonroot', 'priv', 'hostpid', 'hostnet', 'unconfined'].includes(word) ||
    /^(?:cap:\w+|mount:\/.*|pids\.max=\d+)$/.test(word)
  const maxProcesses = after('pids.max=')[0]
  return {
    options: {
      privileged,
      seccomp: !privileged && !has('unconfined'),
      capabilities: after('cap:').map((name) => name.replace(/^CAP_/, '')),
      hostPid: has('hostpid'),
      newPrivileges: true,
      network: has('hostnet') ? 'host' : 'bridge',
      mounts,
    },
    sources: mounts.map(({ source }) => source),
    nonRoot: has('nonroot') && !privileged,
    maxProcesses: maxProcesses === undefined ? undefined : Number(maxProcesses),
    unknown: words.filter((word) => !known(word)),
  }
}
