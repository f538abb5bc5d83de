// What the agent said about one container, as an outcome.
import type { IncidentReport, RuntimeFinding, Signal, Tactic } from '@yagura/schema'
import type { Said, Watch } from './watch.ts'

export const OUTCOMES = ['none', 'signal', 'finding', 'incident'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Verdict {
  readonly outcome: Outcome
  /** Rules that led there, the first first. */
  readonly byWhat: readonly string[]
  /** From the event that decided to the line of the agent; null when there was none. */
  readonly ms: number | null
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  /** Rules that only gave signals. */
  readonly alsoSignals: readonly string[]
}

export function signalsOf(watch: Watch, containerId: string, sinceMs = 0): Said<Signal>[] {
  return watch.signals.filter(({ value }) => belongs(value, containerId) && Date.parse(value.at) >= sinceMs)
}

export function findingsOf(watch: Watch, containerId: string, sinceMs = 0): Said<RuntimeFinding>[] {
  return watch.findings.filter(({ value }) => belongs(value, containerId) && Date.parse(value.at) >= sinceMs)
}

/** Newest revisions, without what became part of another, and all revisions beside. */
export function incidentsOf(watch: Watch, containerId: string, sinceMs = 0): IncidentReport[] {
  const newest = new Map<string, IncidentReport>()
  for (const { value } of watch.incidents) {
    const before = newest.get(value.id)
    if (before === undefined || value.revision >= before.revision) newest.set(value.id, value)
  }
  return [...newest.values()].filter(
    (one) =>
      one.mergedInto === null &&
      one.containerIds.includes(containerId) &&
      one.steps.some((step) => Date.parse(step.at) >= sinceMs),
  )
}

export function verdictOf(watch: Watch, containerId: string, sinceMs: number): Verdict {
  const signals = signalsOf(watch, containerId, sinceMs)
  const findings = findingsOf(watch, containerId, sinceMs)
  const incidents = incidentsOf(watch, containerId, sinceMs)
  const signalRules = unique(signals.map(({ value }) => value.rule))
  const [incident] = incidents
  if (incident) {
    const steps = incidents.flatMap((one) => one.steps.filter((step) => Date.parse(step.at) >= sinceMs))
    const strongest = steps.filter((step) => step.grade === 'strong')
    return {
      outcome: 'incident',
      byWhat: unique((strongest.length > 0 ? strongest : steps).map((step) => step.rule)),
      ms: alertMs(watch, incident.id, containerId),
      techniques: unique(steps.flatMap((step) => step.technique ?? [])),
      tactics: unique(steps.map((step) => step.tactic)),
      alsoSignals: signalRules,
    }
  }
  const [finding] = findings
  if (finding)
    return {
      outcome: 'finding',
      byWhat: unique(findings.map(({ value }) => value.rule)),
      ms: finding.atMs - Date.parse(finding.value.at),
      techniques: unique(findings.flatMap(({ value }) => value.technique ?? [])),
      tactics: unique(findings.flatMap(({ value }) => value.tactic ?? [])),
      alsoSignals: signalRules,
    }
  const [signal] = signals
  return {
    outcome: signal ? 'signal' : 'none',
    byWhat: signalRules,
    ms: signal ? signal.atMs - Date.parse(signal.value.at) : null,
    techniques: unique(signals.flatMap(({ value }) => value.technique ?? [])),
    tactics: unique(signals.flatMap(({ value }) => value.tactic ?? [])),
    alsoSignals: [],
  }
}

/** From the last step of the first report to the moment of the report. */
function alertMs(watch: Watch, id: string, containerId: string): number | null {
  const first = watch.incidents.find(
    ({ value }) => value.id === id || (value.mergedInto === id && value.containerIds.includes(containerId)),
  )
  if (first === undefined) return null
  const last = Math.max(...first.value.steps.map((step) => Date.parse(step.at)).filter((at) => at <= first.atMs))
  return Number.isFinite(last) ? first.atMs - last : null
}

/** T1059.004 and T1059 are the same technique told more or less exactly; ids that the next version renames count too. */
export function sameTechnique(said: string, wanted: string, aliases: Readonly<Record<string, string>>): boolean {
  const [a, b] = [said, wanted].map((id) => id.split('.')[0])
  return said === wanted || aliases[wanted] === said || (a === b && (said === a || wanted === b))
}

export function techniqueRight(verdict: Verdict, wanted: string, aliases: Readonly<Record<string, string>>): boolean {
  return verdict.techniques.some((said) => sameTechnique(said, wanted, aliases))
}

export function tacticRight(verdict: Verdict, wanted: Tactic): boolean {
  return verdict.tactics.includes(wanted)
}

/** Was the container frozen or cut off? */
export function containmentOf(watch: Watch, containerId: string): Watch['actions'][number] | undefined {
  return watch.actions.find(
    ({ value }) =>
      value.containerId === containerId &&
      value.state === 'done' &&
      (value.kind === 'freeze' || value.kind === 'quarantine-network'),
  )
}

function belongs(value: Signal | RuntimeFinding, containerId: string): boolean {
  return value.process?.containerId === containerId || value.assetKey.includes(containerId)
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
