// Ends a process, or it with all it started. A pid is only believed together with its start: it may be somebody else's by now.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Victim {
  readonly pid: number
  /** Start since boot in nanoseconds, rounded down to clock ticks, as in events. */
  readonly startNs: string
}

/** The kernel's clock ticks are 10 ms on every architecture Linux runs on today (USER_HZ). */
const TICK_NS = 10_000_000n
const PASSES = 5

/** How many were sent SIGKILL. Processes of other containers are left alone, whoever started them. */
export function killTree(root: Victim, isInScope: (pid: number) => boolean, procRoot = '/proc'): number {
  const killed = new Set<number>()
  for (let pass = 0; pass < PASSES; pass++) {
    const doomed = [...(isAlive(root, procRoot) ? [root.pid] : []), ...descendants(root.pid, killed, procRoot)].filter(
      (pid) => !killed.has(pid) && pid > 1 && pid !== process.pid && isInScope(pid),
    )
    if (doomed.length === 0) break
    for (const pid of doomed) if (kill(pid)) killed.add(pid)
  }
  return killed.size
}

export function killProcess(victim: Victim, isInScope: (pid: number) => boolean, procRoot = '/proc'): boolean {
  const { pid } = victim
  return pid > 1 && pid !== process.pid && isAlive(victim, procRoot) && isInScope(pid) && kill(pid)
}

export function isAlive({ pid, startNs }: Victim, procRoot = '/proc'): boolean {
  const ticks = stat(pid, procRoot)?.startTicks
  return ticks !== undefined && BigInt(ticks) === BigInt(startNs) / TICK_NS
}

/** Children of the dead are adopted by somebody else: what was killed counts as a parent still. */
function descendants(rootPid: number, dead: ReadonlySet<number>, procRoot: string): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync(procRoot)) {
    if (!/^\d+$/.test(name)) continue
    const parent = stat(Number(name), procRoot)?.parentPid
    if (parent === undefined) continue
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found: number[] = []
  const pending = [rootPid, ...dead]
  while (pending.length > 0) {
    const own = children.get(pending.pop() as number) ?? []
    for (const pid of own) {
      if (found.includes(pid)) continue
      found.push(pid)
      pending.push(pid)
    }
  }
  return found
}

/** Fields 4 and 22 of proc_pid_stat(5); the name in field 2 may hold anything. */
function stat(pid: number, procRoot: string): { parentPid: number; startTicks: string } | undefined {
  try {
    const text = readFileSync(join(procRoot, String(pid), 'stat'), 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parentPid: Number(fields[1]), startTicks: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
