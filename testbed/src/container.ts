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
  /** Capabilities beside the default ones, such as SYS_PTRACE. */
  readonly capabilities?: readonly string[]
  /** The process namespace of the node. */
  readonly hostPid?: boolean
  /** Programs may gain rights by running (setuid), as in Docker and Kubernetes; ctr forbids it. */
  readonly newPrivileges?: boolean
  readonly memoryBytes?: number
  /** Directories in memory from which programs may run, such as an emptyDir at /dev/shm. */
  readonly memoryDirectories?: readonly string[]
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
  const { network = 'none', labels = {}, env = {}, mounts = [], memoryDirectories = [] } = options
  return [
    'ctr',
    'run',
    ...(detach ? ['--detach', '--null-io'] : ['--rm']),
    '--cpu-shares',
    '0',
    ...(options.privileged ? ['--privileged'] : []),
    ...(options.seccomp ? ['--seccomp'] : []),
    ...(options.capabilities ?? []).flatMap((name) => ['--cap-add', `CAP_${name}`]),
    ...(options.hostPid ? ['--with-ns', 'pid:/proc/1/ns/pid'] : []),
    ...(options.newPrivileges ? ['--allow-new-privs'] : []),
    ...(options.memoryBytes ? ['--memory-limit', String(options.memoryBytes)] : []),
    ...(network === 'bridge' ? ['--cni'] : network === 'host' ? ['--net-host'] : []),
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...mounts.flatMap(({ source, destination, readOnly }) => [
      '--mount',
      `type=bind,src=${source},dst=${destination},options=rbind:${readOnly ? 'ro' : 'rw'}`,
    ]),
    ...memoryDirectories.flatMap((path) => [
      '--mount',
      `type=tmpfs,src=tmpfs,dst=${path},options=nosuid:nodev:mode=1777:size=64m`,
    ]),
    options.image,
    options.name,
    ...options.command,
  ]
}
