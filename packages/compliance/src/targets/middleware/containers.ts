// Which container a process is in, and what its runtime calls it: from its control group and from what runtimes leave in files. Nobody
// has to be asked for a socket. Sources: docker daemon/container/container.go (config.v2.json), the bundle that containerd keeps for
// each task (config.json of the OCI runtime specification), containers-storage containers.json (podman, CRI-O).
import { readFileSync } from 'node:fs'
import { type ContainerRoot, openContainerRoot } from '../../reader/container-root.ts'
import type { ContainerFacts } from './proc.ts'

const GROUP_BYTES = 64 * 1024
const TASKS = '/run/containerd/io.containerd.runtime.v2.task'
const DOCKER = '/var/lib/docker/containers'
const STORAGE = ['/var/lib/containers/storage', '/run/containers/storage'].map((one) => `${one}/overlay-containers`)
const LIMITS = { fileBytes: 4 * 1024 * 1024, totalBytes: 256 * 1024 * 1024, files: 10_000, durationMs: 10_000 }

export interface ContainerNames {
  /** Undefined: a process of the machine itself. */
  of(pid: number): ContainerFacts | undefined
  close(): void
}

/** `root`: of the machine the runtimes are on. */
export function openContainerNames(root = '/', procRoot = '/proc'): ContainerNames {
  const files = openContainerRoot(root, LIMITS)
  const known = new Map<string, ContainerFacts>()
  return {
    of(pid) {
      const group = groupOf(`${procRoot}/${pid}`)
      if (group === undefined) return undefined
      const facts = known.get(group.id) ?? describe(files, group)
      known.set(group.id, facts)
      return facts
    },
    close: () => files.close(),
  }
}

interface Group {
  readonly id: string
  /** Of containerd, where the path tells: `/NAMESPACE/ID`. */
  readonly namespace?: string
}

/** The last part that looks like a container: sixty-four hexadecimal digits, or containerd's `/default/NAME`. */
function groupOf(directory: string): Group | undefined {
  let text: string
  try {
    text = readFileSync(`${directory}/cgroup`, 'utf8').slice(0, GROUP_BYTES)
  } catch {
    return undefined
  }
  const paths = text.split('\n').map((line) => line.split(':').slice(2).join(':'))
  for (const path of paths) {
    const id = [...path.matchAll(/(?:^|[/-])([0-9a-f]{64})(?=$|\.scope|[/:])/g)].at(-1)?.[1]
    if (id) return { id }
  }
  for (const path of paths) {
    const [, namespace, id] = /^(?:\/\.\.)*\/(default|moby|k8s\.io|[a-z0-9-]+)\/([A-Za-z0-9][\w.-]*)$/.exec(path) ?? []
    if (namespace && id && !/\.(slice|scope|service)$/.test(id)) return { id, namespace }
  }
  return undefined
}

function describe(files: ContainerRoot, group: Group): ContainerFacts {
  return ofDocker(files, group) ?? ofContainerd(files, group) ?? ofStorage(files, group) ?? { containerId: group.id }
}

function ofDocker(files: ContainerRoot, { id }: Group): ContainerFacts | undefined {
  const config = json(files, `${DOCKER}/${id}/config.v2.json`)
  if (!config) return undefined
  const own = fields(config.Config)
  return {
    containerId: id,
    containerName: text(config.Name).replace(/^\//, '') || id.slice(0, 12),
    image: text(own.Image),
    literals: namesOf(own.Env),
  }
}

function ofContainerd(files: ContainerRoot, { id, namespace }: Group): ContainerFacts | undefined {
  const spaces = namespace ? [namespace] : listed(files, TASKS)
  for (const space of spaces) {
    const config = json(files, `${TASKS}/${space}/${id}/config.json`)
    if (!config) continue
    const notes = fields(config.annotations)
    const pod = text(notes['io.kubernetes.cri.sandbox-name'])
    const container = text(notes['io.kubernetes.cri.container-name'])
    return {
      containerId: id,
      containerName: pod && container ? `${pod}/${container}` : text(notes['nerdctl/name']) || id,
      image: text(notes['io.kubernetes.cri.image-name']),
      // the kubelet writes values of secrets beside literal ones: only the pod itself tells them apart
      ...(pod ? {} : { literals: namesOf(fields(config.process).env) }),
    }
  }
  return undefined
}

function ofStorage(files: ContainerRoot, { id }: Group): ContainerFacts | undefined {
  for (const directory of STORAGE) {
    const all = parsed(files, `${directory}/containers.json`)
    const one = Array.isArray(all) ? all.map(fields).find((entry) => entry.id === id) : undefined
    if (!one) continue
    const notes = fields(parse(text(one.metadata)))
    const pod = text(notes['pod-name'])
    const names = Array.isArray(one.names) ? one.names.map(text) : []
    const container = text(notes['container-name']) || text(notes.name)
    return {
      containerId: id,
      containerName: pod && container ? `${pod}/${container}` : (names[0] ?? id.slice(0, 12)),
      image: text(notes['image-name']),
    }
  }
  return undefined
}

function listed(files: ContainerRoot, directory: string): readonly string[] {
  const names = files.list(directory)
  return names.kind === 'found' ? names.value : []
}

function json(files: ContainerRoot, path: string): Record<string, unknown> | undefined {
  const value = parsed(files, path)
  return typeof value === 'object' && value !== null ? fields(value) : undefined
}

function parsed(files: ContainerRoot, path: string): unknown {
  const read = files.read(path)
  return read.kind === 'found' ? parse(read.value) : undefined
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 512) : ''
}

/** `NAME=value` lists. */
function namesOf(list: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(list) ? list.map((one) => String(one).split('=', 1)[0] as string) : [])
}
