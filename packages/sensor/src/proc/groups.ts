// Control groups without BPF: the hierarchies are walked at every look.
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'
import { type CgroupEntry, chosenOf, containersAmong, entryOf, type LiveContainer } from '../cgroup/entry.ts'
import { walkCgroups } from '../cgroup/hierarchies.ts'
import type { IdentifyContainer } from '../cgroup/runtime-state.ts'

const { HIERARCHY_V1_PIDS, HIERARCHY_V2 } = RECORD_CONSTANTS

export interface WalkedGroups {
  refresh(): void
  /** The group of a process with these paths. */
  at(v2: string | null, v1Pids: string | null): CgroupEntry
  containers(): LiveContainer[]
}

export function createWalkedGroups(identify: IdentifyContainer): WalkedGroups {
  let entries = new Map<string, CgroupEntry>()

  function find(hierarchy: number, path: string | null): CgroupEntry | undefined {
    if (path === null) return undefined
    return entries.get(`${hierarchy} ${path}`) ?? entryOf(undefined, path, identify)
  }

  return {
    refresh() {
      const fresh = new Map<string, CgroupEntry>()
      walkCgroups((hierarchy, id, path) => fresh.set(`${hierarchy} ${path}`, entryOf(id, path, identify)))
      entries = fresh
    },
    at: (v2, v1Pids) =>
      chosenOf(find(HIERARCHY_V2, v2), find(HIERARCHY_V1_PIDS, v1Pids)) ?? entryOf(undefined, '', identify),
    containers: () => containersAmong(entries.values()),
  }
}
