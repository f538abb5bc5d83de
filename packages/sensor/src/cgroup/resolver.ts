// From the ids in a record to the container. Learns of groups from records (made, entered, removed) and from the
// hierarchies at the start; an id that is still unknown is asked of /proc while its process lives.
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'
import { containerOf } from './container-of.ts'
import { type CgroupEntry, chosenOf, containersAmong, entryOf, type LiveContainer } from './entry.ts'
import type { IdentifyContainer } from './runtime-state.ts'

export interface CgroupResolver {
  made(hierarchy: number, id: number, path: string): void
  removed(hierarchy: number, id: number): void
  /** The group to show for a process in these two: the one that is a container, if either is. */
  resolve(v2Id: number, v1Id: number, pid: number): CgroupEntry
  /** The container of a living process; null when it is in none, or cannot be asked. */
  ofPid(pid: number): string | null
  /** The group of this id, a container's before others where both hierarchies have the id. */
  find(id: string): { hierarchy: number; entry: CgroupEntry } | undefined
  containers(): LiveContainer[]
}

/** Told of every group that becomes known, and again without entry when it is gone. */
export type CgroupObserver = (hierarchy: number, id: number, entry: CgroupEntry | undefined) => void

export interface ResolverLimits {
  readonly live: number
  /** Groups that are gone stay known for the records that still name them. */
  readonly removed: number
}

const DEFAULT_LIMITS: ResolverLimits = { live: 65_536, removed: 4096 }
const { HIERARCHY_V1_PIDS, HIERARCHY_V2 } = RECORD_CONSTANTS

/** Paths of a living process by hierarchy; undefined when it is gone, or too many were asked for. */
export type PathsOfPid = (pid: number) => { v2: string | null; v1Pids: string | null } | undefined

export function createCgroupResolver(
  pathsOfPid: PathsOfPid,
  identify: IdentifyContainer = containerOf,
  limits: ResolverLimits = DEFAULT_LIMITS,
  observe: CgroupObserver = () => {},
): CgroupResolver {
  const known = [new Map<number, CgroupEntry>(), new Map<number, CgroupEntry>()] as const
  const gone = new Set<string>()
  let lastV2 = -1
  let lastV1 = -1
  let last: CgroupEntry | undefined

  function mapOf(hierarchy: number): Map<number, CgroupEntry> {
    return hierarchy === HIERARCHY_V1_PIDS ? known[1] : known[0]
  }

  function made(hierarchy: number, id: number, path: string): void {
    const map = mapOf(hierarchy)
    last = undefined
    gone.delete(`${hierarchy} ${id}`)
    if (map.get(id)?.path === path) return
    map.delete(id)
    if (map.size >= limits.live) map.delete(map.keys().next().value as number)
    const entry = entryOf(id, path, identify)
    map.set(id, entry)
    observe(hierarchy, id, entry)
  }

  function removed(hierarchy: number, id: number): void {
    if (!mapOf(hierarchy).has(id)) return
    observe(hierarchy, id, undefined)
    gone.add(`${hierarchy} ${id}`)
    if (gone.size <= limits.removed) return
    const oldest = gone.values().next().value as string
    gone.delete(oldest)
    const [oldHierarchy, oldId] = oldest.split(' ').map(Number) as [number, number]
    mapOf(oldHierarchy).delete(oldId)
    last = undefined
  }

  function lookUp(v2Id: number, v1Id: number, pid: number): CgroupEntry {
    let v2 = known[0].get(v2Id)
    let v1 = v1Id === 0 ? undefined : known[1].get(v1Id)
    if (v2 === undefined || (v1 === undefined && v1Id !== 0)) {
      const paths = pathsOfPid(pid)
      if (paths?.v2) made(HIERARCHY_V2, v2Id, paths.v2)
      if (paths?.v1Pids && v1Id !== 0) made(HIERARCHY_V1_PIDS, v1Id, paths.v1Pids)
      v2 = known[0].get(v2Id)
      v1 = v1Id === 0 ? undefined : known[1].get(v1Id)
    }
    return chosenOf(v2, v1) ?? entryOf(v2Id, '', identify)
  }

  return {
    made,
    removed,
    resolve(v2Id, v1Id, pid) {
      if (last !== undefined && v2Id === lastV2 && v1Id === lastV1) return last
      const entry = lookUp(v2Id, v1Id, pid)
      if (entry.path === '') return entry
      lastV2 = v2Id
      lastV1 = v1Id
      last = entry
      return entry
    },
    ofPid(pid) {
      const paths = pathsOfPid(pid)
      if (paths === undefined) return null
      const found = [paths.v2, paths.v1Pids].map((path) => (path ? identify(path)?.containerId : undefined))
      return found[0] ?? found[1] ?? null
    },
    find(id) {
      const found = [HIERARCHY_V2, HIERARCHY_V1_PIDS].flatMap((hierarchy) => {
        const entry = mapOf(hierarchy).get(Number(id))
        return entry === undefined || gone.has(`${hierarchy} ${id}`) ? [] : [{ hierarchy, entry }]
      })
      return found.find(({ entry }) => entry.containerId !== null) ?? found[0]
    },
    containers() {
      const live = [HIERARCHY_V2, HIERARCHY_V1_PIDS].flatMap((hierarchy) =>
        [...mapOf(hierarchy)].filter(([id]) => !gone.has(`${hierarchy} ${id}`)).map(([, entry]) => entry),
      )
      return containersAmong(live)
    },
  }
}
