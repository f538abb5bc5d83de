// Containers that no runtime describes: their processes sit in a cgroup that is named like a container's. Without this, a
// runtime that cannot be read, or that is not known here, would hide its work.
import type { ContainerRuntime } from '@yagura/schema'
import { readLiveProcess } from '../processes/live.ts'
import { sharedNamespaces } from '../processes/node.ts'
import type { ProcessEntry } from '../processes/table.ts'
import { commandLine, factsOfProcess } from './oci/facts.ts'
import { CONTAINERS_MAX, type ObservedContainer, type ReadContext } from './runtime.ts'

const ID = /^(?:(docker|libpod|crio|cri-containerd|runc)-)?([0-9a-f]{64})(?:\.scope)?$/
const BY_PREFIX: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  libpod: 'podman',
  crio: 'cri-o',
  'cri-containerd': 'containerd',
}

export interface CgroupIdentity {
  readonly containerId: string
  readonly runtime: ContainerRuntime
}

/** The container that a cgroup path names, or undefined. Monitors (`libpod-conmon-…`) are not in the container. */
export function containerOfCgroup(path: string): CgroupIdentity | undefined {
  const parts = path.split('/')
  for (const [index, part] of parts.entries()) {
    const match = ID.exec(part)
    if (!match?.[2]) continue
    const parent = parts[index - 1] ?? ''
    const prefix = match[1] ?? (parent === 'docker' ? 'docker' : '')
    return { containerId: match[2], runtime: BY_PREFIX[prefix] ?? 'runc' }
  }
  return undefined
}

export function unclaimedContainers(context: ReadContext, claimed: ReadonlySet<string>): ObservedContainer[] {
  const first = new Map<string, { identity: CgroupIdentity; process: ProcessEntry }>()
  for (const process of context.processes.all) {
    const identity = process.cgroups.map((line) => containerOfCgroup(line.path)).find((one) => one !== undefined)
    if (!identity || claimed.has(identity.containerId) || first.has(identity.containerId)) continue
    if (first.size >= CONTAINERS_MAX) break
    first.set(identity.containerId, { identity, process })
  }
  return [...first.values()].flatMap(({ identity, process }) => observe(context, identity, process) ?? [])
}

function observe(context: ReadContext, identity: CgroupIdentity, process: ProcessEntry): ObservedContainer | undefined {
  const live = readLiveProcess(process.pid)
  if (!live) return undefined
  return {
    state: 'running',
    facts: {
      kind: 'container',
      runtime: identity.runtime,
      containerId: identity.containerId,
      name: identity.containerId.slice(0, 12),
      namespace: null,
      imageName: null,
      imageDigest: null,
      commandLine: commandLine(live.commandLine),
      user: live.user,
      capabilities: [...live.capabilities],
      privileged: false,
      readOnlyRoot: false,
      noNewPrivileges: live.noNewPrivileges,
      seccomp: live.seccomp,
      hostNamespaces: sharedNamespaces(context.node, process.pid) ?? [],
      mounts: [],
      ports: [],
      ...factsOfProcess(process),
      labels: {},
      pod: null,
    },
  }
}
