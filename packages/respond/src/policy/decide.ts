// From what detection says to what is to be done. Pure: the same policy and the same words give the same decisions.
import type { ContainerIdentity, Detection } from '@yagura/detect'
import { compileGlob } from '@yagura/lang'
import type { ActionKind, IncidentReport, ProcessRef, Signal } from '@yagura/schema'
import { type Mode, modeOf, type Reaction, type ResponsePolicy } from './policy.ts'
import { compileSelector, type Selects } from './select.ts'

export interface Decision {
  readonly kind: ActionKind
  readonly mode: Exclude<Mode, 'disabled'>
  readonly containerId: string
  readonly process: ProcessRef | null
  readonly incidentId: string | null
  readonly rule: string | null
  /** policy:NAME */
  readonly decidedBy: string
  readonly reason: string
  readonly expiresMinutes: number
}

/** Actions that stop a container from working. */
export const CONTAINMENTS: readonly ActionKind[] = ['freeze', 'quarantine-network']

export type Decide = (
  detection: Detection,
  containerOf: (containerId: string) => ContainerIdentity | undefined,
) => readonly Decision[]

export function compilePolicy(policy: ResponsePolicy): Decide {
  const reactions = policy.respond
    .map((reaction) => ({ reaction, mode: modeOf(policy, reaction), fits: compileReaction(reaction) }))
    .filter(({ mode }) => mode !== 'disabled')
  return (detection, containerOf) => {
    if (detection.kind === 'finding') return []
    const decisions: Decision[] = []
    for (const { reaction, mode, fits } of reactions) {
      for (const containerId of containersOf(detection)) {
        const container = containerOf(containerId)
        if (!container || !fits(detection, container)) continue
        for (const kind of reaction.do) {
          // Only a chain above its threshold stops a container by itself; a single signal does not.
          if (CONTAINMENTS.includes(kind) && !isContainable(detection)) continue
          decisions.push({
            kind,
            mode: mode as Exclude<Mode, 'disabled'>,
            containerId,
            process: processOf(detection, containerId),
            incidentId: detection.kind === 'incident' ? detection.incident.id : detection.signal.chainId,
            rule: detection.kind === 'signal' ? detection.signal.rule : null,
            decidedBy: `policy:${reaction.name}`,
            reason: detection.kind === 'incident' ? detection.incident.title.en : detection.signal.sentence.en,
            expiresMinutes: reaction.expiresMinutes,
          })
        }
      }
    }
    return decisions
  }
}

type Said = Exclude<Detection, { kind: 'finding' }>

function compileReaction({ when, select }: Reaction): (said: Said, container: ContainerIdentity) => boolean {
  const rules = when.rules?.map(compileGlob)
  const selects: Selects = compileSelector(select ?? {})
  const isOfSignals = when.rules !== undefined || when.grade !== undefined
  return (said, container) => {
    if (!selects(container)) return false
    if (said.kind === 'signal') {
      if (!isOfSignals || when.minScore !== undefined || when.containable) return false
      return signalFits(said.signal, when, rules)
    }
    if (isOfSignals) return false
    return incidentFits(said.incident, when)
  }
}

function signalFits(
  signal: Signal,
  { grade, tactics }: Reaction['when'],
  rules: readonly ((text: string) => boolean)[] | undefined,
): boolean {
  if (grade !== undefined && signal.grade !== grade) return false
  if (rules !== undefined && !rules.some((fits) => fits(signal.rule))) return false
  return tactics === undefined || (signal.tactic !== null && tactics.includes(signal.tactic))
}

function incidentFits(incident: IncidentReport, { minScore, containable, tactics }: Reaction['when']): boolean {
  if (incident.mergedInto !== null) return false
  if (minScore !== undefined && incident.score < minScore) return false
  if (containable && !incident.containable) return false
  return tactics === undefined || incident.steps.some((step) => tactics.includes(step.tactic))
}

function isContainable(said: Said): boolean {
  return said.kind === 'incident' && said.incident.containable
}

function containersOf(said: Said): readonly string[] {
  if (said.kind === 'incident') return said.incident.containerIds
  const { process } = said.signal
  return process?.containerId ? [process.containerId] : []
}

/** The process to end: of a signal its own; of an incident that of the last step in this container. */
function processOf(said: Said, containerId: string): ProcessRef | null {
  if (said.kind === 'signal') return said.signal.process
  return said.incident.steps.findLast((step) => step.process?.containerId === containerId)?.process ?? null
}
