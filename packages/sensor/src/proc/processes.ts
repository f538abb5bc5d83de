// A process as /proc shows it at one moment.
import type { CgroupEntry } from '../cgroup/entry.ts'
import { type ProcStat, readCgroupPaths, readExe, readOwner } from '../process/procfs.ts'

export interface SeenProcess {
  readonly pid: number
  readonly parentPid: number
  readonly startTick: number
  readonly command: string
  readonly exe: string
  readonly uid: number
  readonly gid: number
  readonly cgroupId: string
  readonly containerId: string | null
}

/** The control group at a path of either hierarchy. */
export type GroupOfPaths = (v2: string | null, v1Pids: string | null) => CgroupEntry

export function describeProcess(stat: ProcStat, groupOf: GroupOfPaths): SeenProcess {
  const paths = readCgroupPaths(stat.pid)
  const group = groupOf(paths?.v2 ?? null, paths?.v1Pids ?? null)
  return {
    pid: stat.pid,
    parentPid: stat.parentPid,
    startTick: stat.startTick,
    command: stat.command,
    exe: readExe(stat.pid) ?? '',
    ...readOwner(stat.pid),
    cgroupId: group.id,
    containerId: group.containerId,
  }
}
