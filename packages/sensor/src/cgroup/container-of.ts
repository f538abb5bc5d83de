// Which container a control group belongs to, told from its path alone. Pure. The innermost container wins, so that the
// pods of a node that is itself a container are told apart.
//
// Sources of the names: runc (libcontainer/cgroups/systemd: `<prefix>-<id>.scope`), Docker and containerd cgroupfs paths,
// kubelet (cm/cgroup_manager_linux.go: kubepods), CRI-O and Podman (`crio-`, `libpod-`; their conmon groups are no containers).
import type { ContainerRuntime } from '@yagura/schema'

export interface ContainerOfPath {
  readonly containerId: string
  readonly runtime: ContainerRuntime
  /** The group of the container itself: `path` or one above it. */
  readonly containerPath: string
}

const ID64 = /^[0-9a-f]{64}$/
const SCOPE = /^(?:(.+)-)?([0-9A-Za-z][0-9A-Za-z_.-]*)\.scope$/
const PREFIXES: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
  runc: 'runc',
  crun: 'runc',
}
/** Namespaces in which containerd's own clients put containers: `/<namespace>/<name>`. */
const CONTAINERD_NAMESPACES = new Set(['default', 'k8s.io', 'moby', 'nerdctl', 'buildkit'])
const NOT_CONTAINERS = /^(crio-conmon-|libpod-conmon-|buildah-)/

export function containerOf(path: string): ContainerOfPath | null {
  if (path === '/' || path === '') return null
  const names = path.split('/')
  for (let index = names.length - 1; index > 0; index--) {
    const found = containerAt(names, index)
    if (found !== null) return { ...found, containerPath: names.slice(0, index + 1).join('/') }
  }
  return null
}

type Found = Omit<ContainerOfPath, 'containerPath'>

function containerAt(names: readonly string[], index: number): Found | null {
  const name = names[index] as string
  const parent = names[index - 1] as string
  if (NOT_CONTAINERS.test(name)) return null
  if (name.endsWith('.scope')) return scope(name)
  // containerd given a systemd path under the cgroupfs driver: `kubepods-….slice:cri-containerd:<id>`
  const colon = /^[^:]*:(cri-containerd|crio|docker|nerdctl):([0-9a-f]{12,64})$/.exec(name)
  if (colon !== null) return { containerId: colon[2] as string, runtime: PREFIXES[colon[1] as string] ?? 'containerd' }
  if (ID64.test(name)) return { containerId: name, runtime: runtimeOfPath(names, index) }
  const prefixed = /^(crio|libpod|docker|cri-containerd)-([0-9a-f]{64})$/.exec(name)
  if (prefixed !== null)
    return { containerId: prefixed[2] as string, runtime: PREFIXES[prefixed[1] as string] ?? 'runc' }
  if (CONTAINERD_NAMESPACES.has(parent) && isPlainName(name)) return { containerId: name, runtime: 'containerd' }
  return null
}

/** `<prefix>-<id>.scope`; other scopes (sessions, init) are no containers. */
function scope(name: string): Found | null {
  for (const [prefix, runtime] of Object.entries(PREFIXES)) {
    if (!name.startsWith(`${prefix}-`)) continue
    const id = SCOPE.exec(name.slice(prefix.length + 1))?.[0]?.slice(0, -'.scope'.length)
    if (id === undefined) continue
    // plain runc takes any name; the others are known by their digest
    if (runtime === 'runc' || ID64.test(id)) return { containerId: id, runtime }
  }
  return null
}

/** A bare digest: the groups above it tell whose. */
function runtimeOfPath(names: readonly string[], index: number): ContainerRuntime {
  for (let above = index - 1; above > 0; above--) {
    const name = names[above] as string
    if (name === 'docker') return 'docker'
    if (name.startsWith('libpod')) return 'podman'
    if (name.startsWith('crio')) return 'cri-o'
    if (name.startsWith('kubepods') || CONTAINERD_NAMESPACES.has(name)) return 'containerd'
  }
  return 'docker'
}

/** containerd's rule for ids (identifiers/validate.go), with the units of systemd left out. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(name) && !/\.(slice|service|scope|mount)$/.test(name)
}
