// A process has a number in each pid namespace it lives in. Calls name their target by the number that the caller sees.
import { recordLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU32 } from '../ring/memory.ts'
import { processIds, readNamespaceNumbers } from './procfs.ts'

const MAX_NUMBERS = 65_536
const { at: FORK } = recordLayout('fork')

export interface ProcessNumbers {
  /** From a record of a fork. */
  forked(memory: Memory, at: number, pid: number): void
  exited(pid: number): void
  /** The pid in the initial namespace: as the kernel said, else from the caller's number; 0 for groups and unknown ones. */
  find(globalPid: number, namespace: number, number: number): number
  bootstrap(): void
}

export function createProcessNumbers(hostNamespace: number): ProcessNumbers {
  const pids = new Map<number, number>()
  const keysOfPid = new Map<number, number[]>()

  function learn(namespace: number, number: number, pid: number): void {
    if (namespace === 0 || namespace === hostNamespace || number === 0) return
    if (pids.size >= MAX_NUMBERS) {
      const [oldest] = keysOfPid.keys()
      if (oldest !== undefined) exited(oldest)
    }
    const key = keyOf(namespace, number)
    pids.set(key, pid)
    const keys = keysOfPid.get(pid)
    if (keys === undefined) keysOfPid.set(pid, [key])
    else keys.push(key)
  }

  function exited(pid: number): void {
    for (const key of keysOfPid.get(pid) ?? []) if (pids.get(key) === pid) pids.delete(key)
    keysOfPid.delete(pid)
  }

  return {
    forked(memory, at, pid) {
      learn(readU32(memory, at + FORK.innerNamespace), readU32(memory, at + FORK.innerPid), pid)
      learn(readU32(memory, at + FORK.middleNamespace), readU32(memory, at + FORK.middlePid), pid)
      learn(readU32(memory, at + FORK.outerNamespace), readU32(memory, at + FORK.outerPid), pid)
    },
    exited,
    find(globalPid, namespace, number) {
      if (globalPid !== 0) return globalPid
      if (number <= 0) return 0
      return namespace === hostNamespace ? number : (pids.get(keyOf(namespace, number)) ?? 0)
    },
    bootstrap() {
      for (const pid of processIds()) {
        const inner = readNamespaceNumbers(pid)
        if (inner !== undefined) learn(inner.namespace, inner.number, pid)
      }
    },
  }
}

/** Namespace inodes are below 2^32 and begin at 0xf0000000, numbers of processes are below 2^22. */
function keyOf(namespace: number, number: number): number {
  return (namespace % 0x4000_0000) * 0x40_0000 + number
}
