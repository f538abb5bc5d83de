// One control group and the container it belongs to.
import type { ContainerRuntime } from '@yagura/schema'
import type { IdentifyContainer } from './runtime-state.ts'

export interface CgroupEntry {
  /** kernfs id, decimal; empty when it is not known. */
  readonly id: string
  readonly path: string
  readonly containerId: string | null
  readonly runtime: ContainerRuntime | null
  /** The group is the container's own, not one below it. */
  readonly isContainerRoot: boolean
}

export interface LiveContainer {
  readonly cgroupId: string
  readonly path: string
  readonly containerId: string
  readonly runtime: ContainerRuntime
}

export function entryOf(id: number | undefined, path: string, identify: IdentifyContainer): CgroupEntry {
  const container = identify(path)
  return {
    id: id === undefined ? '' : String(id),
    path,
    containerId: container?.containerId ?? null,
    runtime: container?.runtime ?? null,
    isContainerRoot: container?.containerPath === path,
  }
}

/** The containers among groups, each once: on hybrid machines both hierarchies may have it, and the first one counts. */
export function containersAmong(entries: Iterable<CgroupEntry>): LiveContainer[] {
  const found = new Map<string, LiveContainer>()
  for (const { id, path, containerId, runtime, isContainerRoot } of entries) {
    if (containerId === null || runtime === null || !isContainerRoot || found.has(path)) continue
    found.set(path, { cgroupId: id, path, containerId, runtime })
  }
  return [...found.values()]
}

/** Of a process's groups in both hierarchies the one to show: the cgroup2 one when it is a container, else the v1 one. */
export function chosenOf(v2: CgroupEntry | undefined, v1: CgroupEntry | undefined): CgroupEntry | undefined {
  return v2?.containerId ? v2 : (v1 ?? v2)
}
