// The control group of a container as a directory, and who is in it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEPTH = 8

/** All processes of the group and of those below it. */
export function processesOf(directory: string, depth = DEPTH): number[] {
  const pids: number[] = []
  try {
    for (const line of readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n'))
      if (line) pids.push(Number(line))
    if (depth === 0) return pids
    for (const entry of readdirSync(directory, { withFileTypes: true }))
      if (entry.isDirectory()) pids.push(...processesOf(join(directory, entry.name), depth - 1))
  } catch {
    // the container ended while we looked
  }
  return pids
}
