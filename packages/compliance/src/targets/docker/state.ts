// Docker's own account of its containers: config.v2.json and hostconfig.json below /var/lib/docker/containers (github.com/moby/moby,
// daemon/container/container.go). Read as files, so that nobody has to be asked for the socket.
import type { ContainerRoot } from '../../reader/container-root.ts'
import type { ContainerSettings } from './containers.ts'

type Fields = Readonly<Record<string, unknown>>

export interface DockerState {
  readonly containers: readonly ContainerSettings[]
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[]
}

const MAX_CONTAINERS = 2000
/** What containers have unless they are told otherwise (docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities). */
const DEFAULT_CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  )

/** Containers that run. */
export function readDockerState(root: ContainerRoot, directory = '/var/lib/docker/containers'): DockerState {
  const problems: string[] = []
  const ids = root.list(directory)
  if (ids.kind === 'absent') return { containers: [], problems }
  if (ids.kind === 'unreadable') return { containers: [], problems: [`${directory}: ${ids.reason}.`] }
  const containers = ids.value.slice(0, MAX_CONTAINERS).flatMap((id) => {
    const [config, host] = ['config.v2.json', 'hostconfig.json'].map((name) =>
      fieldsIn(root, `${directory}/${id}/${name}`),
    )
    if (!config || !host) {
      problems.push(`${directory}/${id} cannot be read.`)
      return []
    }
    return at(config, 'State').Running === true ? [settingsOf(id, config, host)] : []
  })
  return { containers, problems }
}

function settingsOf(id: string, config: Fields, host: Fields): ContainerSettings {
  const own = at(config, 'Config')
  const options = texts(host.SecurityOpt)
  const isPrivileged = host.Privileged === true
  const option = (name: string) => options.find((one) => new RegExp(`^${name}[=:]`).test(one))?.slice(name.length + 1)
  const hasNewPrivileges = options.some((one) => /^no-new-privileges(?:[=:]true)?$/.test(one))
  const networks = { pid: host.PidMode, network: host.NetworkMode, ipc: host.IpcMode, uts: host.UTSMode }
  const restart = at(host, 'RestartPolicy')
  const times = Number(restart.MaximumRetryCount ?? 0)
  return {
    name: text(config.Name).replace(/^\//, '') || id.slice(0, 12),
    user: text(own.User),
    privileged: isPrivileged,
    capabilities: capabilitiesOf(host, isPrivileged),
    readOnlyRoot: host.ReadonlyRootfs === true,
    noNewPrivileges: hasNewPrivileges,
    seccomp: isPrivileged || option('seccomp') === 'unconfined' ? 'unconfined' : 'filtered',
    hostNamespaces: (['pid', 'network', 'ipc', 'uts'] as const).filter((name) => networks[name] === 'host'),
    mounts: Object.values(at(config, 'MountPoints')).map((mount) => {
      const { Source, Destination, Type, RW } = fields(mount)
      return { source: text(Source), destination: text(Destination), type: text(Type), readOnly: RW === false }
    }),
    ports: Object.entries(at(host, 'PortBindings')).flatMap(([port, bindings]) =>
      (Array.isArray(bindings) ? bindings : []).map((binding) => ({
        protocol: (/\/(udp|sctp)$/.exec(port)?.[1] ?? 'tcp') as 'tcp' | 'udp' | 'sctp',
        containerPort: Number.parseInt(port, 10),
        hostPort: Number(fields(binding).HostPort) || null,
        hostAddress: text(fields(binding).HostIp) || null,
      })),
    ),
    limits: {
      memoryBytes: Number(host.Memory ?? 0),
      pidsLimit: Number(host.PidsLimit ?? 0),
      cpus: Number(host.NanoCpus ?? 0) / 1e9 || Number(host.CpuQuota ?? 0) / 1e5,
      appArmor: isPrivileged
        ? 'unconfined'
        : (option('apparmor') ?? (text(config.AppArmorProfile) || 'docker-default')),
      restartPolicy: text(restart.Name) + (restart.Name === 'on-failure' && times > 0 ? `:${times}` : ''),
    },
  }
}

function capabilitiesOf({ CapAdd, CapDrop }: Fields, isPrivileged: boolean): string[] {
  const bare = (value: unknown) => texts(value).map((name) => name.toUpperCase().replace(/^CAP_/, ''))
  const [added, dropped] = [bare(CapAdd), bare(CapDrop)]
  const kept = dropped.includes('ALL') ? [] : DEFAULT_CAPABILITIES.filter((name) => !dropped.includes(name))
  const everything = ['SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE', 'SYS_RAWIO', 'DAC_READ_SEARCH', 'BPF', 'SYS_BOOT']
  const all = isPrivileged || added.includes('ALL') ? [...DEFAULT_CAPABILITIES, ...everything] : [...kept, ...added]
  return [...new Set(all)].map((name) => `CAP_${name}`)
}

function fieldsIn(root: ContainerRoot, path: string): Fields | undefined {
  const found = root.read(path)
  if (found.kind !== 'found') return undefined
  try {
    return fields(JSON.parse(found.value))
  } catch {
    return undefined
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function at(value: Fields, key: string): Fields {
  return fields(value[key])
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 4096) : ''
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, 256) : []
}
