// What is known on disk of a node: enough for another process to use it, and to clear away what a killed one left.
import { readFileSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeCgroups } from './cgroup.ts'

export interface NodeState {
  readonly name: string
  /** The process that keeps the node, and when it started: a pid alone may be somebody else's by now. */
  readonly owner: number
  readonly ownerStart: string
  readonly cgroupName: string
  readonly outer: readonly string[]
  readonly inner?: readonly string[]
  readonly pid?: number
}

export function nodeDirectory(cacheDir: string, name: string): string {
  return join(cacheDir, 'nodes', name)
}

export async function writeNodeState(directory: string, state: NodeState): Promise<void> {
  await writeFile(join(directory, 'node.json.new'), JSON.stringify(state))
  await rename(join(directory, 'node.json.new'), join(directory, 'node.json'))
}

/** State of a node that runs. */
export async function readNodeState(cacheDir: string, name: string): Promise<NodeState | undefined> {
  const text = await readFile(join(nodeDirectory(cacheDir, name), 'node.json'), 'utf8').catch(() => undefined)
  const state = text === undefined ? undefined : (JSON.parse(text) as NodeState)
  return state && isAlive(state) ? state : undefined
}

/** Start time of a process in ticks since boot: field 22 of proc_pid_stat(5). */
export function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function isAlive(state: NodeState): boolean {
  return startTicks(state.owner) === state.ownerStart
}

/** Removes control groups and directories of nodes whose owner is gone; their processes died with it. */
export async function removeLeftovers(cacheDir: string): Promise<void> {
  const nodes = join(cacheDir, 'nodes')
  for (const name of await readdir(nodes).catch(() => [] as string[])) {
    const directory = join(nodes, name)
    const text = await readFile(join(directory, 'node.json'), 'utf8').catch(() => undefined)
    // A directory without a state is being made right now.
    const state = text === undefined ? undefined : (JSON.parse(text) as NodeState)
    if (state === undefined || isAlive(state)) continue
    await removeCgroups(state.outer)
    await rm(directory, { recursive: true, force: true })
  }
}
