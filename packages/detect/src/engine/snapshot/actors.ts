// Processes and lineages in a snapshot: those that carry tags or belong to a chain, so that a campaign goes on after a restart.
import type { ChainStore } from '../../chain/store.ts'
import type { Lineage, Process, RootKind } from '../actor.ts'
import type { ProcessTable } from '../process-table.ts'

interface SavedLineage {
  readonly kind: RootKind
  readonly rootPid: number
  readonly rootStartNs: string
  readonly containerId: string | null
  readonly startedAtMs: number
  readonly chain: string | null
  readonly tags: number
  readonly hardTags: number
  readonly run: number
  readonly isSuspect: boolean
  readonly tokenAtMs: number
  readonly isDistrusted: boolean
}

type Kept =
  | 'pid'
  | 'startNs'
  | 'exe'
  | 'exeInode'
  | 'exeDevice'
  | 'exeLayer'
  | 'command'
  | 'args'
  | 'cwd'
  | 'uid'
  | 'terminal'
  | 'stdio'
  | 'containerId'
  | 'tags'
  | 'marks'
  | 'suspicion'
  | 'atMs'
  | 'mountNamespace'
  | 'isContainerInit'
  | 'isInstaller'
  | 'isServer'
  | 'bornBy'
  | 'shape'
  | 'execEdge'
  | 'act'
  | 'isExecExpected'
  | 'connections'

export type SavedProcess = Pick<Process, Kept> & { readonly lineage: number; readonly parent: number }

export interface SavedActors {
  readonly lineages: SavedLineage[]
  readonly processes: SavedProcess[]
  readonly inits: [string, number][]
}

const PROCESSES_MAX = 8192
const ARGS_MAX = 32

export function saveActors(table: ProcessTable, chains: ChainStore): SavedActors {
  const lineages: SavedLineage[] = []
  const lineageIndex = new Map<Lineage, number>()
  const processes: SavedProcess[] = []
  const processIndex = new Map<Process, number>()

  function indexOfLineage(lineage: Lineage): number {
    const known = lineageIndex.get(lineage)
    if (known !== undefined) return known
    const index = lineages.length
    lineageIndex.set(lineage, index)
    const { kind, root, containerId, startedAtMs, tags, hardTags, run, isSuspect, tokenAtMs, isDistrusted } = lineage
    lineages.push({
      kind,
      rootPid: root.pid,
      rootStartNs: root.startNs,
      containerId,
      startedAtMs,
      chain: chains.find(lineage.chain)?.id ?? null,
      tags,
      hardTags,
      run,
      isSuspect,
      tokenAtMs,
      isDistrusted,
    })
    return index
  }

  function indexOfProcess(actor: Process, depth = 0): number {
    const known = processIndex.get(actor)
    if (known !== undefined) return known
    if (processes.length >= PROCESSES_MAX || depth > 24) return -1
    const parent = actor.parent === null ? -1 : indexOfProcess(actor.parent, depth + 1)
    if (processes.length >= PROCESSES_MAX) return -1
    const index = processes.length
    processIndex.set(actor, index)
    processes.push({ ...keptOf(actor), lineage: indexOfLineage(actor.lineage), parent })
    return index
  }

  for (const actor of table.all()) {
    if (actor.alive && (actor.tags !== 0 || actor.lineage.chain !== 0 || actor.isContainerInit)) indexOfProcess(actor)
  }
  // the rest of what runs in containers: what they start is known by who started it
  for (const actor of table.all()) if (actor.alive && actor.containerId !== null) indexOfProcess(actor)
  return { lineages, processes, inits: [...table.inits()] }
}

function keptOf(actor: Process): Pick<Process, Kept> {
  const { pid, startNs, exe, exeInode, exeDevice, exeLayer, command, cwd, uid, terminal, stdio, containerId } = actor
  const { tags, marks, suspicion, atMs, mountNamespace, isContainerInit, isInstaller, isServer, bornBy } = actor
  const { shape, execEdge, act, isExecExpected } = actor
  return {
    pid,
    startNs,
    exe,
    exeInode,
    exeDevice,
    exeLayer,
    command,
    args: actor.args.slice(0, ARGS_MAX),
    cwd,
    uid,
    terminal,
    stdio,
    containerId,
    tags,
    marks,
    suspicion,
    atMs,
    mountNamespace,
    isContainerInit,
    isInstaller,
    isServer,
    bornBy,
    shape,
    execEdge,
    act,
    isExecExpected,
    connections: actor.connections.filter((one) => !one.ended),
  }
}

export function loadActors(table: ProcessTable, saved: SavedActors, chainNumbers: ReadonlyMap<string, number>): void {
  const lineages = new Map<number, Lineage>()
  const actors: Process[] = []
  for (const one of saved.processes) {
    const parent = one.parent < 0 ? null : (actors[one.parent] ?? null)
    const shape = saved.lineages[one.lineage]
    const { lineage: index, parent: _, ...kept } = one
    const signed = { shape: kept.shape | 0, execEdge: kept.execEdge | 0, act: kept.act | 0 }
    const actor = table.restore({ ...kept, ...signed }, parent, lineages.get(index))
    actors.push(actor)
    if (lineages.has(index) || shape === undefined) continue
    const { lineage } = actor
    lineages.set(index, lineage)
    lineage.kind = shape.kind
    lineage.containerId = shape.containerId
    lineage.startedAtMs = shape.startedAtMs
    lineage.chain = shape.chain === null ? 0 : (chainNumbers.get(shape.chain) ?? 0)
    lineage.tags = shape.tags
    lineage.hardTags = shape.hardTags
    lineage.run = shape.run | 0
    lineage.isSuspect = shape.isSuspect
    lineage.tokenAtMs = shape.tokenAtMs
    lineage.isDistrusted = shape.isDistrusted
  }
  for (const [containerId, pid] of saved.inits) table.noteInit(containerId, pid)
}
