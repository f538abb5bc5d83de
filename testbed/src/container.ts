// Arguments of ctr, the command line of containerd: kept apart from the node so that they can be read in one place.

export interface RunOptions {
  /** Name of an imported image. */
  readonly image: string
  /** Also the container id. */
  readonly name: string
  readonly command: readonly string[]
  readonly privileged?: boolean
  /** With containerd's default seccomp profile; ctr runs containers without one. */
  readonly seccomp?: boolean
  /** none: a network namespace with loopback only (default); bridge: an address from CNI; host: the node's own. */
  readonly network?: 'none' | 'bridge' | 'host'
  readonly labels?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly mounts?: readonly { readonly source: string; readonly destination: string; readonly readOnly?: boolean }[]
}

/**
 * `--cpu-shares 0` because runc otherwise writes cpu.weight, which a hybrid machine's cgroup2 does not have.
 */
export function runArguments(options: RunOptions, detach: boolean): string[] {
  const { network = 'none', labels = {}, env = {}, mounts = [] } = options
  return [
    'ctr',
    'run',
    ...(detach ? ['--detach', '--null-io'] : ['--rm']),
    '--cpu-shares',
    '0',
    ...(options.privileged ? ['--privileged'] : []),
    ...(options.seccomp ? ['--seccomp'] : []),
    ...(network === 'bridge' ? ['--cni'] : network === 'host' ? ['--net-host'] : []),
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...mounts.flatMap(({ source, destination, readOnly }) => [
      '--mount',
      `type=bind,src=${source},dst=${destination},options=rbind:${readOnly ? 'ro' : 'rw'}`,
    ]),
    options.image,
    options.name,
    ...options.command,
  ]
}
