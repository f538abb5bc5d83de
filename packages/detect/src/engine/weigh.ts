// From a sighting to what is told: learnt away or not, placed in its chain, kept as a signal, listed as a finding, raised as an
// incident.
import { redactArguments } from '@yagura/kernel'
import type { IncidentStep, ProcessRef, Signal, SignalGrade } from '@yagura/schema'
import type { Model } from '../baseline/model.ts'
import { isAccepted, type Profile } from '../baseline/profile.ts'
import { rarity01, type Sketch } from '../baseline/sketch.ts'
import type { Addition, Chain } from '../chain/chain.ts'
import { drawObject, drawProcess } from '../chain/graph.ts'
import { evidence, INCIDENT } from '../chain/score.ts'
import type { ChainStore } from '../chain/store.ts'
import { placeTactic } from '../chain/tactics.ts'
import type { Detection } from '../contract/detector.ts'
import { tagMask } from '../contract/tags.ts'
import { C2, CRED_UP, DL, DROP_EXEC, ESC, EXEC_IN, EXFIL, GUARD, MINER, NET_IN, SECRET, TAMPER } from '../tags/bits.ts'
import { hashText, mix } from '../tags/hash.ts'
import type { Lineage, Process } from './actor.ts'
import { actEdge, signalEdge } from './edges.ts'
import type { ContainerState, Sighting } from './state.ts'

export const ATTACK_VERSION = '18.1'
/** A medium signal in a lineage that carries one of these is more than a finding. */
const AGGRAVATING = NET_IN | DL | DROP_EXEC | SECRET | CRED_UP | ESC | C2 | EXFIL | MINER | TAMPER
/** A strong signal is rare enough by itself. */
const STRONG_RARITY_FLOOR = 0.7
const RULE_PAUSE_MS = 1000
const ROLL_OUT_MS = 10 * 60_000
const ROLL_OUTS_MAX = 1024
const PACE_MAX = 20_000

export interface WeighOptions {
  readonly hostKey: string
  readonly newId: () => string
  readonly model: Model
  readonly sketch: Sketch
  readonly chains: ChainStore
  readonly stateOf: (containerId: string | null) => ContainerState
  readonly replicas: (workload: string) => number
  readonly learnSignal: (actor: Process, edge: number) => void
  readonly tag: (actor: Process, tags: number, isHard: boolean) => void
}

export interface Weigher {
  /** `tagsBefore` are those of the lineage before the event: an act does not aggravate itself. */
  weigh(sighting: Sighting, at: string, nowMs: number, tagsBefore: number, out: Detection[]): void
  chainOf(actor: Process, nowMs: number): Chain | undefined
}

export function createWeigher(options: WeighOptions): Weigher {
  const { model, sketch, chains, hostKey } = options
  /** When a rule last spoke of a process: a loop says it once a second. */
  const pace = new Map<string, number>()
  const rollOuts = new Map<number, { containers: Set<string>; sinceMs: number }>()

  function isTooOften(sighting: Sighting, nowMs: number): boolean {
    const { rule, actor } = sighting
    const key = `${rule.id}\0${actor.pid}\0${actor.startNs}\0${sighting.object}`
    const last = pace.get(key)
    if (last !== undefined && nowMs - last < RULE_PAUSE_MS && nowMs >= last) return true
    if (pace.size >= PACE_MAX) pace.clear()
    pace.set(key, nowMs)
    return false
  }

  /** Three replicas or more: what one alone does is rarer, what all do within ten minutes is a roll-out. */
  function replicaFactor(edge: number, actor: Process, state: ContainerState, nowMs: number): number {
    const workload = state.identity?.workload
    if (!workload || actor.containerId === null) return 1
    const replicas = options.replicas(workload)
    if (replicas < 3) return 1
    const key = mix(edge, hashText(workload))
    let seen = rollOuts.get(key)
    if (seen === undefined || nowMs - seen.sinceMs > ROLL_OUT_MS) {
      if (rollOuts.size >= ROLL_OUTS_MAX) rollOuts.clear()
      seen = { containers: new Set(), sinceMs: nowMs }
      rollOuts.set(key, seen)
    }
    seen.containers.add(actor.containerId)
    if (seen.containers.size >= replicas) return 0.3
    return seen.containers.size === 1 ? 1.5 : 1
  }

  /** Other rules have seen the same act in separate runs. */
  function isKnownAct({ actor, object, rule }: Sighting, profile: Profile | undefined, nowMs: number): boolean {
    if (model.isExpected(profile, actEdge(actor, object, false), nowMs)) return true
    return rule.grade === 'weak' && model.isExpected(profile, actEdge(actor, object, true), nowMs)
  }

  function chainOf(actor: Process, nowMs: number): Chain | undefined {
    const { lineage } = actor
    const known = chains.find(lineage.chain) ?? chains.find(lineage.from?.containerId ? lineage.from.chain : 0)
    const ofContainer = lineage.containerId === null ? undefined : chains.ofContainer(lineage.containerId, nowMs)
    const chain = known ?? ofContainer
    if (chain !== undefined) lineage.chain = chain.number
    return chain
  }

  return {
    chainOf,
    weigh(sighting, at, nowMs, tagsBefore, out) {
      const { rule, actor } = sighting
      const { lineage } = actor
      const state = options.stateOf(actor.containerId)
      const { profile } = state
      const edge = signalEdge(rule.id, actor, sighting.object)
      const isGuarded = rule.grade === 'strong' && (lineage.hardTags & guardOf(lineage)) !== 0
      const isExpected =
        (profile !== undefined && isAccepted(profile, edge)) ||
        (rule.learnable &&
          !isGuarded &&
          (model.isExpected(profile, edge, nowMs) || isKnownAct(sighting, profile, nowMs)))
      if (rule.learnable && !isGuarded) {
        options.learnSignal(actor, edge)
        options.learnSignal(actor, actEdge(actor, sighting.object, rule.grade === 'weak'))
      } else if (rule.grade === 'strong' && !rule.learnable && !isExpected) lineage.isDistrusted = true
      if (rule.grade !== 'weak' && !isExpected) lineage.isSuspect = true
      if (isTooOften(sighting, nowMs)) return

      const isSequence = sighting.isSequence ?? false
      const grade: SignalGrade = isExpected || isSequence ? 'weak' : rule.grade
      const runs = profile?.runs ?? 0
      const ofImage = mix(edge, hashText(profile?.key ?? ''))
      const seen = sketch.estimate(ofImage)
      sketch.add(ofImage, nowMs)
      const known = rarity01(seen, runs) * replicaFactor(edge, actor, state, nowMs)
      const floored = grade === 'strong' ? Math.max(STRONG_RARITY_FLOOR, known) : known
      const rarity = Math.min(1, isExpected ? Math.min(0.1, floored) : floored)

      let chain = chainOf(actor, nowMs)
      const severity = isExpected ? 'low' : isSequence ? 'low' : rule.severity
      if (chain === undefined && !isExpected) {
        chain = chains.open(options.newId(), lineage.root.pid === 0 ? null : refOf(lineage.root), nowMs)
        if (chain !== undefined) lineage.chain = chain.number
      } else if (chain !== undefined && !isExpected && lineage.containerId !== null && grade !== 'weak') {
        const warm = chains.ofContainer(lineage.containerId, nowMs)
        if (warm !== undefined && warm !== chain) {
          chain = chains.join(chain, warm, 0, nowMs)
          lineage.chain = chain.number
        }
      }
      const tactic = placeTactic(rule.tactics, chain?.order.at(-1) ?? null)
      const technique = rule.techniques[0] ?? null
      const signal: Signal = {
        id: options.newId(),
        at,
        rule: rule.id,
        source: isSequence ? 'sequence' : rule.source,
        grade,
        severity,
        technique,
        tactic,
        attackVersion: ATTACK_VERSION,
        assetKey: state.identity?.assetKey ?? hostKey,
        process: actor.pid === 0 ? null : refOf(actor),
        chainId: chain?.id ?? null,
        eventIds: sighting.eventIds.slice(0, 256),
        sentence: sighting.sentence,
        rarity01: Math.round(rarity * 1000) / 1000,
        learning: profile === undefined || profile.runs < 3,
      }
      out.push({ kind: 'signal', signal })
      if (!isExpected) {
        const hard = rule.learnable ? 0 : tagMask(...rule.tags)
        options.tag(actor, tagMask(...rule.tags), false)
        if (hard !== 0) options.tag(actor, hard, true)
      }
      if (chain === undefined || isExpected) return

      const step: IncidentStep = {
        at,
        tactic: tactic ?? 'execution',
        technique,
        signalId: signal.id,
        rule: rule.id,
        grade,
        sentence: sighting.sentence,
        process: signal.process,
        eventIds: signal.eventIds.slice(0, 64),
        missing: null,
      }
      const addition: Addition = {
        key: `${rule.id}\0${actor.exe}\0${sighting.object}`,
        step,
        atMs: nowMs,
        grade,
        isSequence,
        severity,
        title: rule.title,
        source: signal.source,
        scored:
          tactic === null ? null : { tactic, evidence: evidence(severity, rule.confidence01, rarity), distance: 0 },
        containerId: actor.containerId ?? lineage.containerId,
        assetKey: signal.assetKey,
        edge,
        profileKey: profile?.key ?? '',
      }
      chains.add(chain, addition)
      const node = drawProcess(chain, actor, at)
      if (sighting.shown !== undefined) drawObject(chain, node, sighting.shown, at, signal.id)

      if (grade === 'medium') {
        out.push({
          kind: 'finding',
          finding: {
            signalId: signal.id,
            assetKey: signal.assetKey,
            rule: rule.id,
            at,
            severity,
            sentence: sighting.sentence,
            technique,
            tactic,
            eventIds: signal.eventIds.slice(0, 64),
            process: signal.process,
          },
        })
      }
      if (becomesIncident(chain, grade, isSequence, rule.confidence01, tagsBefore, actor)) chains.raise(chain, nowMs)
      for (const incident of chains.due(nowMs)) out.push({ kind: 'incident', incident })
    },
  }
}

/**
 * A strong signal stands alone. A medium one needs a lineage that carries a mark already, or a chain that weighs enough. Weak ones
 * and sequences only ever add to what others began.
 */
function becomesIncident(
  chain: Chain,
  grade: SignalGrade,
  isSequence: boolean,
  confidence01: number,
  tagsBefore: number,
  actor: Process,
): boolean {
  if (chain.incident !== null) return true
  if (grade === 'strong' && !isSequence && confidence01 >= 0.8) return true
  if (grade === 'medium' && (tagsBefore & AGGRAVATING) !== 0) return true
  if (grade === 'medium' && (tagsBefore & EXEC_IN) !== 0 && actor.terminal && actor !== actor.lineage.root) {
    return true
  }
  return chain.hasMedium && chain.score >= INCIDENT
}

/** Tags that forbid learning here. A session that comes again and again, the same each time, is a probe. */
export function guardOf(lineage: Lineage): number {
  const isProbe = lineage.kind === 'injected' && lineage.root.isExecExpected
  return isProbe ? GUARD & ~EXEC_IN : GUARD
}

export function refOf(actor: Process): ProcessRef {
  return {
    pid: actor.pid,
    startNs: actor.startNs,
    exe: actor.exe.slice(0, 4096),
    args: redactArguments(actor.args.slice(0, 64)).map((one) => one.slice(0, 2048)),
    containerId: actor.containerId,
  }
}
