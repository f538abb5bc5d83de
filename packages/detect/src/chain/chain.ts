// A chain: what one campaign did so far. Grown signal by signal, joined with others, told as one incident.
import type {
  GraphEdge,
  GraphNode,
  IncidentStep,
  LocalisedText,
  ProcessRef,
  Severity,
  SignalGrade,
  Tactic,
} from '@yagura/schema'
import { type Scored, scoreOf } from './score.ts'

export interface Step {
  readonly atMs: number
  readonly step: IncidentStep
}

export interface Chain {
  number: number
  /** Of the chain, its signals and its incident. */
  readonly id: string
  root: ProcessRef | null
  readonly containerIds: Set<string>
  readonly assetKeys: Set<string>
  readonly best: Map<Tactic, Scored>
  order: Tactic[]
  readonly sources: Set<string>
  readonly steps: Step[]
  stepsLeftOut: number
  /** Acts that are told already: the same act again adds evidence, not a step. */
  readonly told: Map<string, number>
  score: number
  hasStrong: boolean
  /** Something that is more than a hint by itself. */
  hasMedium: boolean
  severity: Severity
  title: LocalisedText
  titleWeight: number
  openedAtMs: number
  lastAtMs: number
  incident: IncidentState | null
  readonly nodes: Map<string, GraphNode>
  readonly edges: Map<string, GraphEdge>
  readonly losses: { readonly atMs: number; readonly reason: string }[]
  /** What the model would learn from it, by profile: a verdict decides. */
  readonly learnable: Map<number, string>
}

export interface IncidentState {
  revision: number
  readonly openedAtMs: number
  sentAtMs: number
  isDirty: boolean
  /** Was it told as one that a policy may contain? */
  isToldContainable?: boolean
}

export const STEPS_MAX = 512
export const ORDER_MAX = 16
export const NODES_MAX = 400
export const EDGES_MAX = 1200
const TOLD_MAX = 2048
const CONTAINERS_MAX = 64
const LEARNABLE_MAX = 256

export function createChain(number: number, id: string, root: ProcessRef | null, nowMs: number): Chain {
  return {
    number,
    id,
    root,
    containerIds: new Set(),
    assetKeys: new Set(),
    best: new Map(),
    order: [],
    sources: new Set(),
    steps: [],
    stepsLeftOut: 0,
    told: new Map(),
    score: 0,
    hasStrong: false,
    hasMedium: false,
    severity: 'low',
    title: { en: 'Suspicious activity' },
    titleWeight: -1,
    openedAtMs: nowMs,
    lastAtMs: nowMs,
    incident: null,
    nodes: new Map(),
    edges: new Map(),
    losses: [],
    learnable: new Map(),
  }
}

export interface Addition {
  readonly key: string
  readonly step: IncidentStep
  readonly atMs: number
  readonly grade: SignalGrade
  readonly isSequence: boolean
  readonly severity: Severity
  readonly title: LocalisedText
  readonly source: string
  readonly scored: Scored | null
  readonly containerId: string | null
  readonly assetKey: string
  readonly edge: number
  readonly profileKey: string
}

export function addToChain(chain: Chain, addition: Addition): void {
  const { grade, scored, atMs } = addition
  chain.lastAtMs = Math.max(chain.lastAtMs, atMs)
  if (addition.containerId !== null && chain.containerIds.size < CONTAINERS_MAX) {
    chain.containerIds.add(addition.containerId)
  }
  if (chain.assetKeys.size < 256) chain.assetKeys.add(addition.assetKey)
  chain.sources.add(addition.source)
  if (scored !== null) {
    const before = chain.best.get(scored.tactic)
    if (before === undefined || worth(before) < worth(scored)) chain.best.set(scored.tactic, scored)
    if (chain.order.at(-1) !== scored.tactic) chain.order = [...chain.order, scored.tactic].slice(-ORDER_MAX)
  }
  if (grade !== 'weak' && !addition.isSequence) chain.hasMedium = true
  if (grade === 'strong' && !addition.isSequence) chain.hasStrong = true
  if (chain.learnable.size < LEARNABLE_MAX) chain.learnable.set(addition.edge, addition.profileKey)
  noteTitle(chain, addition)
  addStep(chain, addition)
  rescore(chain)
  if (chain.incident !== null) chain.incident.isDirty = true
}

function addStep(chain: Chain, { key, step, atMs }: Addition): void {
  const told = chain.told.get(key)
  if (told !== undefined && told >= atMs - 60_000) {
    chain.told.set(key, atMs)
    return
  }
  if (chain.told.size < TOLD_MAX) chain.told.set(key, atMs)
  if (chain.steps.length >= STEPS_MAX) {
    chain.stepsLeftOut++
    return
  }
  let at = chain.steps.length
  while (at > 0 && (chain.steps[at - 1] as Step).atMs > atMs) at--
  chain.steps.splice(at, 0, { atMs, step })
}

const GRADE_WEIGHTS: Readonly<Record<SignalGrade, number>> = { weak: 0, medium: 10, strong: 20 }
const SEVERITY_WEIGHTS: Readonly<Record<string, number>> = { critical: 4, high: 3, medium: 2, low: 1 }

/** The incident is called after its gravest step. */
function noteTitle(chain: Chain, { grade, severity, title }: Addition): void {
  const weight = GRADE_WEIGHTS[grade] + (SEVERITY_WEIGHTS[severity] ?? 0)
  if (weight <= chain.titleWeight) return
  chain.titleWeight = weight
  chain.title = title
  chain.severity = severity
}

function worth(scored: Scored): number {
  return scored.evidence * 2 ** (-scored.distance / 8)
}

export function rescore(chain: Chain): void {
  chain.score = scoreOf([...chain.best.values()], chain.order, chain.sources.size)
}

/** All of `other` becomes part of `chain`. */
export function absorb(chain: Chain, other: Chain, distance: number): void {
  const order = [...chain.steps, ...other.steps].sort((left, right) => left.atMs - right.atMs)
  chain.steps.splice(0, chain.steps.length, ...order.slice(0, STEPS_MAX))
  chain.stepsLeftOut += other.stepsLeftOut + Math.max(0, order.length - STEPS_MAX)
  chain.order = []
  for (const { step } of chain.steps) {
    if (step.tactic !== null && chain.order.at(-1) !== step.tactic) chain.order.push(step.tactic)
  }
  chain.order = chain.order.slice(-ORDER_MAX)
  for (const [tactic, scored] of other.best) {
    const joined = { ...scored, distance: scored.distance + distance }
    const before = chain.best.get(tactic)
    if (before === undefined || worth(before) < worth(joined)) chain.best.set(tactic, joined)
  }
  for (const one of other.sources) chain.sources.add(one)
  for (const one of other.containerIds) if (chain.containerIds.size < CONTAINERS_MAX) chain.containerIds.add(one)
  for (const one of other.assetKeys) if (chain.assetKeys.size < 256) chain.assetKeys.add(one)
  for (const [id, node] of other.nodes) if (chain.nodes.size < NODES_MAX) chain.nodes.set(id, node)
  for (const [id, edge] of other.edges) if (chain.edges.size < EDGES_MAX) chain.edges.set(id, edge)
  for (const [key, atMs] of other.told) if (chain.told.size < TOLD_MAX) chain.told.set(key, atMs)
  for (const [edge, key] of other.learnable) if (chain.learnable.size < LEARNABLE_MAX) chain.learnable.set(edge, key)
  if (other.titleWeight > chain.titleWeight) {
    chain.title = other.title
    chain.titleWeight = other.titleWeight
    chain.severity = other.severity
  }
  if (other.openedAtMs < chain.openedAtMs) {
    chain.openedAtMs = other.openedAtMs
    chain.root = other.root ?? chain.root
  }
  chain.hasStrong ||= other.hasStrong
  chain.hasMedium ||= other.hasMedium
  chain.lastAtMs = Math.max(chain.lastAtMs, other.lastAtMs)
  chain.losses.push(...other.losses.slice(0, 16 - chain.losses.length))
  rescore(chain)
  if (chain.incident !== null) chain.incident.isDirty = true
}
