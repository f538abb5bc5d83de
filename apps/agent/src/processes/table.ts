// One pass over /proc: which processes there are, their ids in every PID namespace, and their cgroups. Runtimes inside a
// sandboxed node know their processes by the node's ids; this table finds the same process from outside.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readSmallFile } from '../files/atomic.ts'

export interface ProcessEntry {
  readonly pid: number
  readonly parentPid: number
  /** Its ids from our PID namespace inwards (proc(5): NSpid); the first is `pid`. */
  readonly namespacePids: readonly number[]
  /** Lines of /proc/PID/cgroup: controllers ('' for cgroup2) and path. */
  readonly cgroups: readonly { readonly controllers: string; readonly path: string }[]
}

export interface ProcessTable {
  readonly all: readonly ProcessEntry[]
  byPid(pid: number): ProcessEntry | undefined
  /** The process that has `pid` in the PID namespace of `rootPid`, and is its descendant or lives in its namespace. */
  byNamespacePid(rootPid: number, pid: number): ProcessEntry | undefined
}

const STATUS_BYTES_MAX = 64 * 1024
const CGROUP_BYTES_MAX = 64 * 1024
const PROCESSES_MAX = 100_000

export function readProcessTable(procRoot = '/proc'): ProcessTable {
  const all: ProcessEntry[] = []
  for (const name of readdirSync(procRoot)) {
    if (!/^\d+$/.test(name)) continue
    const entry = readProcess(procRoot, Number(name))
    if (entry) all.push(entry)
    if (all.length >= PROCESSES_MAX) break
  }
  return makeProcessTable(all)
}

export function readProcess(procRoot: string, pid: number): ProcessEntry | undefined {
  const status = readSmallFile(join(procRoot, String(pid), 'status'), STATUS_BYTES_MAX)
  const cgroup = readSmallFile(join(procRoot, String(pid), 'cgroup'), CGROUP_BYTES_MAX)
  if (status === undefined || cgroup === undefined) return undefined
  const numbers = statusField(status, 'NSpid')?.split(/\s+/).map(Number) ?? [pid]
  return {
    pid,
    parentPid: Number(statusField(status, 'PPid') ?? 0),
    namespacePids: numbers,
    cgroups: parseCgroups(cgroup),
  }
}

/** One field of /proc/PID/status. */
export function statusField(status: string, name: string): string | undefined {
  const start = status.startsWith(`${name}:`) ? 0 : status.indexOf(`\n${name}:`) + 1
  if (start === 0 && !status.startsWith(`${name}:`)) return undefined
  const end = status.indexOf('\n', start)
  return status.slice(start + name.length + 1, end < 0 ? undefined : end).trim()
}

/** cgroups(7): `id:controllers:path`; the path may hold colons itself. */
export function parseCgroups(text: string): ProcessEntry['cgroups'] {
  const lines: { controllers: string; path: string }[] = []
  for (const line of text.split('\n')) {
    const first = line.indexOf(':')
    const second = line.indexOf(':', first + 1)
    if (first < 0 || second < 0) continue
    lines.push({ controllers: line.slice(first + 1, second), path: line.slice(second + 1) })
  }
  return lines
}

export function makeProcessTable(all: readonly ProcessEntry[]): ProcessTable {
  const byPid = new Map(all.map((entry) => [entry.pid, entry]))

  function descends(entry: ProcessEntry, ancestorPid: number): boolean {
    let current: ProcessEntry | undefined = entry
    for (let depth = 0; current && depth < 256; depth += 1) {
      if (current.pid === ancestorPid) return true
      current = byPid.get(current.parentPid)
    }
    return false
  }

  return {
    all,
    byPid: (pid) => byPid.get(pid),
    byNamespacePid(rootPid, pid) {
      const level = (byPid.get(rootPid)?.namespacePids.length ?? 1) - 1
      if (level === 0) return byPid.get(pid)
      return all.find((entry) => entry.namespacePids[level] === pid && descends(entry, rootPid))
    },
  }
}
