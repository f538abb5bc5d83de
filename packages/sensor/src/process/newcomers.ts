// Who entered a container from outside, as the runtime's exec and nsenter do: the first program of a process whose parent
// lives in other namespaces, in a container that has its first process already.
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'
import type { Process } from './table.ts'

const MAX_CONTAINERS = 8192
const { EXEC_HOST_MOUNTS, EXEC_PARENT_OTHER_MOUNTS, EXEC_PARENT_OTHER_PIDS } = RECORD_CONSTANTS

export interface Newcomers {
  /** A container that runs already. */
  running(containerId: string): void
  /** Whether this program entered the container; `marks` and the pid in the container's own namespace of the exec record. */
  executed(process: Process, containerId: string | null, marks: number, innerPid: number): boolean
}

export function createNewcomers(): Newcomers {
  const begun = new Set<string>()

  function running(containerId: string): void {
    if (begun.size >= MAX_CONTAINERS) {
      const [oldest] = begun
      if (oldest !== undefined) begun.delete(oldest)
    }
    begun.add(containerId)
  }

  return {
    running,
    executed(process, containerId, marks, innerPid) {
      // the runtime's own stages still see the host's mounts
      if (containerId === null || (marks & EXEC_HOST_MOUNTS) !== 0) return false
      const isFirst = !process.hasEntered
      process.hasEntered = true
      const hadBegun = begun.has(containerId)
      if (!hadBegun) running(containerId)
      const isFromOutside = (marks & (EXEC_PARENT_OTHER_PIDS | EXEC_PARENT_OTHER_MOUNTS)) !== 0
      return hadBegun && isFirst && isFromOutside && innerPid !== 1
    },
  }
}
