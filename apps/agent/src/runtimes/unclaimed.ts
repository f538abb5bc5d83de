// Containers that no runtime describes: their processes sit in a cgroup that is named like a container's. Without this, a
// runtime that cannot be read, or that is not known here, would hide its work.
import { containerOf } from '@yagura/sensor'
import { readLiveProcess } from '../processes/live.ts'
import { sharedNamespaces } from '../processes/node.ts'
import type { ProcessEntry } from '../processes/table.ts'
import { commandLine, factsOfProcess } from './oci/facts.ts'
import { CONTAINERS_MAX, type ObservedContainer, type ReadContext } from './runtime.ts'

type ContainerOfPath = NonNullable<ReturnType<typeof containerOf>>

export function unclaimedContainers(context: ReadContext, claimed: ReadonlySet<string>): ObservedContainer[] {
  const identities = new Map<number, ContainerOfPath>()
  for (const process of context.processes.all) {
    const identity = process.cgroups.map((line) => containerOf(line.path)).find((one) => one !== null)
    if (identity && !claimed.has(identity.containerId)) identities.set(process.pid, identity)
  }
  const first = new Map<string, { identity: ContainerOfPath; process: ProcessEntry }>()
  for (const process of context.processes.all) {
    const identity = identities.get(process.pid)
    if (!identity || first.has(identity.containerId) || first.size >= CONTAINERS_MAX) continue
    // the first process of a container came from outside of it
    if (identities.get(process.parentPid)?.containerId === identity.containerId) continue
    first.set(identity.containerId, { identity, process })
  }
  return [...first.values()].flatMap(({ identity, process }) => observe(context, identity, process) ?? [])
}

function observe(
  context: ReadContext,
  identity: ContainerOfPath,
  process: ProcessEntry,
): ObservedContainer | undefined {
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
