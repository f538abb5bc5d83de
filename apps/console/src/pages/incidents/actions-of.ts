// What a person may have the agent do, and about what.
import type { ActionKind, IncidentDetail, ProcessRef, ResponseAction } from '@yagura/schema'

export type ManualKind = Exclude<ActionKind, 'alert'>

/** From what only looks to what ends things. */
export const MANUAL_KINDS = [
  'capture',
  'deny-exec',
  'deny-connect',
  'quarantine-network',
  'freeze',
  'unfreeze',
  'kill-process',
  'kill-tree',
] as const satisfies readonly ManualKind[]

const OF_PROCESS: readonly ActionKind[] = ['kill-process', 'kill-tree', 'capture']
const LASTING: readonly ActionKind[] = ['deny-exec', 'deny-connect', 'quarantine-network', 'freeze']

/** `capture` may name a process, the killing ones must. */
export function namesProcess(kind: ActionKind): boolean {
  return OF_PROCESS.includes(kind)
}

export function needsProcess(kind: ActionKind): boolean {
  return kind === 'kill-process' || kind === 'kill-tree'
}

export function lasts(kind: ActionKind): boolean {
  return LASTING.includes(kind)
}

/** Every process that a step names, and where the lineage begins, each once, the latest first. */
export function processesOf(incident: Pick<IncidentDetail, 'steps' | 'root'>): readonly ProcessRef[] {
  const seen = new Set<string>()
  const named = [...incident.steps.map(({ process }) => process).toReversed(), incident.root]
  return named.filter(
    (process): process is ProcessRef =>
      process !== null && !seen.has(processKey(process)) && !!seen.add(processKey(process)),
  )
}

export function processKey({ pid, startNs }: Pick<ProcessRef, 'pid' | 'startNs'>): string {
  return `${pid} ${startNs}`
}

/** The name of a container of the incident; its id where the inventory does not know it. */
export function containerName(incident: Pick<IncidentDetail, 'assets'>, containerId: string): string {
  const asset = incident.assets.find(({ key }) => key.endsWith(`/${containerId}`))
  return asset?.id ? asset.name : containerId.slice(0, 12)
}

/** What the agent says to a preview: nothing yet, that it would, or that it would not. */
export function answerOf(action: ResponseAction | undefined): 'waiting' | 'would' | 'would-not' {
  if (action?.state === 'refused' || action?.state === 'failed') return 'would-not'
  return action?.state === 'dry-run' && action.doneAt !== null ? 'would' : 'waiting'
}

export function canUndo(action: ResponseAction): boolean {
  return action.reversible && action.state === 'done'
}
