// Finds the programs of one installation by what it says of itself, never by name alone: other installations may run here.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataPaths } from '@yagura/kernel'
import { adminStatus } from '../e2e/support/admin-socket.ts'
import { until } from '../e2e/support/until.ts'
import type { Victim } from './kills.ts'

/** Process id of a victim that is running; waits for one that is just being started. */
export function findVictim(victim: Victim, paths: DataPaths, supervisorPid: number): Promise<number> {
  const probes: Record<Victim, () => Promise<number | undefined> | number | undefined> = {
    server: async () => (await adminStatus(paths.server.adminSocket)).pid,
    agent: () =>
      descendants(supervisorPid).find((pid) => commandLine(pid).some((arg) => arg.endsWith('agent/src/main.ts'))),
    database: () => postmaster(paths.server.postgres),
  }
  return until(`the ${victim} runs`, probes[victim], { timeoutMs: 15_000, everyMs: 50 })
}

/** First line of postmaster.pid, wherever in the directory the cluster is (PostgreSQL manual, 19.3). */
function postmaster(directory: string): number | undefined {
  const files = readdirSync(directory, { recursive: true }) as string[]
  const file = files.find((path) => path.endsWith('postmaster.pid'))
  if (file === undefined) return undefined
  const pid = Number(readFileSync(join(directory, file), 'utf8').split('\n')[0])
  return commandLine(pid).some((arg) => arg.includes('postgres')) ? pid : undefined
}

function descendants(pid: number): number[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

function commandLine(pid: number): string[] {
  return readText(`/proc/${pid}/cmdline`).split('\0')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
