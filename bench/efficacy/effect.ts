// Did an action do what it is for? Looked at from outside: files in the container or on the node, what arrived at peers, what it
// printed, which processes ran, or a shell test on the node. Without a statement of the effect, what the control run left is
// compared with what this run left.
import { lstatSync, readFileSync } from 'node:fs'
import type { ContainerRun } from './container-run.ts'
import type { Effect, EffectFields } from './suite.ts'
import type { World } from './world.ts'

/** Words of programs that could not do their work. */
const TROUBLE =
  /Killed|not permitted|Permission denied|Traceback|command not found|: not found|cannot |No such file|Bad system call|Segmentation fault|Illegal instruction|Aborted|Connection refused|Operation not supported|Function not implemented/

export async function effectHappened(effect: Effect, run: ContainerRun, world: World): Promise<boolean> {
  if (typeof effect === 'string') return shellTest(effect, run, world)
  const parts: (() => boolean | Promise<boolean>)[] = []
  const add = (present: boolean, test: () => boolean | Promise<boolean>) => {
    if (present) parts.push(test)
  }
  const { file, absent, nodeFile, peer, stdout, stderr, exit, clean, process, processes, shell, all, any } = effect
  add(file !== undefined, () => fileHolds(run.root + file, effect.contains))
  add(absent !== undefined, () => !fileHolds(run.root + absent, undefined))
  add(nodeFile !== undefined, () => fileHolds(world.node.root + nodeFile, effect.contains))
  add(peer !== undefined, () => peerHeard(effect, run))
  add(stdout !== undefined, () => run.stdout.includes(filled(stdout ?? '', world)))
  add(stderr !== undefined, () => run.stderr.includes(filled(stderr ?? '', world)))
  add(exit !== undefined, () => run.scripts.at(-1)?.exitCode === exit)
  add(clean === true, () => isClean(run))
  add(process !== undefined, () => [...run.commandLines].some((line) => line.includes(process ?? '')))
  add(processes !== undefined, () => run.mostProcesses >= (processes ?? 0))
  add(shell !== undefined, () => shellTest(shell ?? '', run, world))
  add(all !== undefined, () => every(all ?? [], run, world))
  add(any !== undefined, () => some(any ?? [], run, world))
  if (parts.length === 0) return false
  for (const part of parts) if (!(await part())) return false
  return true
}

async function every(effects: readonly Effect[], run: ContainerRun, world: World): Promise<boolean> {
  for (const one of effects) if (!(await effectHappened(one, run, world))) return false
  return true
}

async function some(effects: readonly Effect[], run: ContainerRun, world: World): Promise<boolean> {
  for (const one of effects) if (await effectHappened(one, run, world)) return true
  return false
}

/** Does the effect ask which processes run? Then they are looked at during the run. */
export function asksForProcesses(effect: Effect | undefined): boolean {
  if (effect === undefined || typeof effect === 'string') return false
  if (effect.process !== undefined || effect.processes !== undefined) return true
  return [...(effect.all ?? []), ...(effect.any ?? [])].some(asksForProcesses)
}

/** It came to its end, and nothing complained. */
export function isClean(run: ContainerRun): boolean {
  return run.scripts.at(-1)?.exitCode === 0 && !TROUBLE.test(run.stderr)
}

function fileHolds(path: string, text: string | undefined): boolean {
  try {
    const status = lstatSync(path)
    if (text === undefined) return true
    return status.isFile() && readFileSync(path, 'latin1').includes(text)
  } catch {
    return false
  }
}

function peerHeard(effect: EffectFields, run: ContainerRun): boolean {
  const heard = run.records.filter(
    (one) =>
      one.peer === effect.peer &&
      (effect.path === undefined || one.path.includes(effect.path)) &&
      (effect.method === undefined || one.method === effect.method) &&
      (effect.contains === undefined || one.text.includes(effect.contains)) &&
      one.sizeBytes >= (effect.minBytes ?? 0),
  )
  return heard.length >= (effect.min ?? 1)
}

function filled(text: string, world: World): string {
  return text.replaceAll('$NODE', world.node.name)
}

/** CID, PID and ROOT (of the container, as the node sees them), ADDRESS, OUT and ERR (texts), CODE. */
async function shellTest(test: string, run: ContainerRun, world: World): Promise<boolean> {
  const root = `/proc/${pidOnNode(run.pid)}/root`
  const environment = {
    ...run.environment,
    CID: run.containerId,
    PID: String(pidOnNode(run.pid)),
    ROOT: root,
    ADDRESS: run.address,
    OUT: run.stdout.slice(0, 16_384),
    ERR: run.stderr.slice(0, 16_384),
    CODE: String(run.scripts.at(-1)?.exitCode ?? ''),
    PEERS: JSON.stringify(run.records.slice(0, 200)).slice(0, 65_536),
  }
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value.replaceAll('\0', '')}`)
  const { exitCode } = await world.node.command(['env', ...pairs, 'bash', '-c', test], { timeoutMs: 15_000 })
  // What the shell cannot make sense of is not a test: then the usual one counts.
  return exitCode === 127 || exitCode === 126 || exitCode === 2 ? isClean(run) : exitCode === 0
}

/** The second number of NSpid: the node is the first process namespace inside ours (proc_pid_status). */
function pidOnNode(pid: number): number {
  const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? []
  return Number(numbers[1] ?? 0)
}

/** What a run left to be seen, for actions whose effect nobody has stated. */
export interface Traces {
  readonly clean: boolean
  readonly exitCode: number | undefined
  readonly printed: string
  readonly peers: ReadonlySet<string>
}

export function tracesOf(run: ContainerRun): Traces {
  const peers = run.records
    .filter(({ path }) => path !== '/v1/prices')
    .map(({ peer, method, path }) => `${peer} ${method} ${path.split('?')[0]}`)
  return {
    clean: isClean(run),
    exitCode: run.scripts.at(-1)?.exitCode,
    printed: run.stdout.replaceAll(/\d+/g, '#'),
    peers: new Set(peers),
  }
}

/** Without a stated effect: it ran through, or reached a peer. */
export function ranAtAll(traces: Traces): boolean {
  return traces.clean || traces.peers.size > 0 || (traces.exitCode === 0 && traces.printed.trim() !== '')
}

/** What the control run had and this one has not. A block at the network shows at the peers, any other in what was left. */
export function lostAgainst(control: Traces, now: Traces, block: string): boolean {
  const peersLost = [...control.peers].some((one) => !now.peers.has(one))
  if (block === 'connect' && control.peers.size > 0) return peersLost
  return (
    peersLost || now.exitCode !== control.exitCode || (control.clean && !now.clean) || now.printed !== control.printed
  )
}
