// Facts that an OCI runtime configuration and the running process give about a container, the same for every runtime.
import { redactArguments } from '@yagura/kernel'
import type { ContainerFacts, MountFact } from '@yagura/schema'
import { cgroupPlace } from '../../processes/cgroup.ts'
import { NAMESPACES, type NamespaceName, type NodeView, sharedNamespaces } from '../../processes/node.ts'
import { processStart } from '../../processes/start-time.ts'
import type { ProcessEntry } from '../../processes/table.ts'
import type { OciSpec } from './spec.ts'

type FactsOfSpec = Pick<
  ContainerFacts,
  | 'commandLine'
  | 'user'
  | 'capabilities'
  | 'privileged'
  | 'readOnlyRoot'
  | 'noNewPrivileges'
  | 'seccomp'
  | 'hostNamespaces'
  | 'mounts'
>
type FactsOfProcess = Pick<ContainerFacts, 'pid' | 'cgroupId' | 'cgroupPath' | 'startedAt'>

const ARGUMENTS_MAX = 1024
const MOUNTS_MAX = 512
const CAPABILITIES_MAX = 64

export function factsOfSpec(spec: OciSpec): FactsOfSpec {
  const capabilities = (spec.process?.capabilities?.effective ?? [])
    .slice(0, CAPABILITIES_MAX)
    .map((name) => name.slice(0, 512))
  return {
    commandLine: commandLine(spec.process?.args ?? []),
    user: `${spec.process?.user?.uid ?? 0}:${spec.process?.user?.gid ?? 0}`,
    capabilities,
    // what runtimes mean by it: every device and kernel file open, besides the capability that rules them all
    privileged: capabilities.includes('CAP_SYS_ADMIN') && (spec.linux?.maskedPaths ?? []).length === 0,
    readOnlyRoot: spec.root?.readonly ?? false,
    noNewPrivileges: spec.process?.noNewPrivileges ?? false,
    seccomp: spec.linux === undefined ? 'unknown' : spec.linux.seccomp ? 'filtered' : 'unconfined',
    hostNamespaces: namespacesOfSpec(spec),
    mounts: (spec.mounts ?? []).slice(0, MOUNTS_MAX).map(mountFact),
  }
}

/** Where the process is. What the process shows itself is believed over what was asked for. */
export function factsOfProcess(process: ProcessEntry | undefined): FactsOfProcess {
  if (!process) return { pid: null, cgroupId: null, cgroupPath: null, startedAt: null }
  const place = cgroupPlace(process)
  return {
    pid: process.pid,
    cgroupId: place?.id ?? null,
    cgroupPath: place?.path.slice(0, 4096) ?? null,
    startedAt: processStart(process.pid),
  }
}

/** Of the live process where it can be read, else of the specification. */
export function hostNamespaces(
  node: NodeView,
  process: ProcessEntry | undefined,
  spec: OciSpec | undefined,
): NamespaceName[] {
  const live = process && sharedNamespaces(node, process.pid)
  return live ?? (spec ? namespacesOfSpec(spec) : [])
}

export function commandLine(args: readonly string[]): string[] {
  return redactArguments(args.slice(0, ARGUMENTS_MAX))
}

/** A namespace that is not listed is inherited from the runtime, that is from the host; one with a path is joined. */
function namespacesOfSpec(spec: OciSpec): NamespaceName[] {
  const listed = new Set((spec.linux?.namespaces ?? []).map((namespace) => namespace.type))
  return NAMESPACES.filter((name) => !listed.has(name))
}

function mountFact(mount: NonNullable<OciSpec['mounts']>[number]): MountFact {
  return {
    source: (mount.source ?? '').slice(0, 4096),
    destination: (mount.destination ?? '').slice(0, 4096),
    type: (mount.type ?? '').slice(0, 512),
    readOnly: (mount.options ?? []).includes('ro'),
  }
}
