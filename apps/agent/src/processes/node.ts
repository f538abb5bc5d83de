// The node whose runtimes are read: this machine, or a sandboxed one that is reached through /proc/PID/root.
import { readlinkSync } from 'node:fs'
import type { ProcessEntry, ProcessTable } from './table.ts'

export interface NodeView {
  /** Prefix before every path of the node; '' for this machine. */
  readonly root: string
  /** A process of the node, to compare namespaces with and to translate process ids. */
  readonly referencePid: number
}

const THROUGH_PROC = /^\/proc\/(\d+)\/root$/

export function nodeView(runtimeRoot: string): NodeView {
  const match = THROUGH_PROC.exec(runtimeRoot)
  if (match) return { root: runtimeRoot, referencePid: Number(match[1]) }
  // process 1 stands for the machine also where the agent itself is in a container; where it may not be looked at, we do
  return { root: runtimeRoot, referencePid: namespaceLink(1, 'mount') === undefined ? process.pid : 1 }
}

/** The process that the node's runtime calls `pid`. */
export function findProcess(node: NodeView, processes: ProcessTable, pid: number): ProcessEntry | undefined {
  if (pid <= 0) return undefined
  return processes.byNamespacePid(node.referencePid, pid)
}

export const NAMESPACES = ['pid', 'network', 'ipc', 'uts', 'user', 'cgroup', 'mount'] as const
export type NamespaceName = (typeof NAMESPACES)[number]

const LINK_NAMES: Record<NamespaceName, string> = {
  pid: 'pid',
  network: 'net',
  ipc: 'ipc',
  uts: 'uts',
  user: 'user',
  cgroup: 'cgroup',
  mount: 'mnt',
}

/** Namespaces that the process shares with its node; undefined when the links cannot be read (not root). */
export function sharedNamespaces(node: NodeView, pid: number): NamespaceName[] | undefined {
  const shared: NamespaceName[] = []
  for (const name of NAMESPACES) {
    const own = namespaceLink(pid, name)
    const reference = namespaceLink(node.referencePid, name)
    if (own === undefined || reference === undefined) return undefined
    if (own === reference) shared.push(name)
  }
  return shared
}

function namespaceLink(pid: number, name: NamespaceName): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${LINK_NAMES[name]}`)
  } catch {
    return undefined
  }
}
