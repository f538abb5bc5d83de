// The detector put together: event in, tables brought up to date, own behaviours and rules asked, evidence weighed, answers out.
import type { KernelEvent } from '@yagura/schema'
import { createModel } from '../baseline/model.ts'
import { accept, DAY_MS, EXPECTED_RUNS } from '../baseline/profile.ts'
import { createSketch } from '../baseline/sketch.ts'
import type { Chain } from '../chain/chain.ts'
import type { GraphObject } from '../chain/graph.ts'
import { chainOfReport } from '../chain/retell.ts'
import { type ChainStore, createChainStore } from '../chain/store.ts'
import type { Detection, Detector, DetectorOptions } from '../contract/detector.ts'
import type { ContainerIdentity } from '../contract/identity.ts'
import { hashText, mix } from '../tags/hash.ts'
import { TAG_BITS } from '../tags/marks.ts'
import type { Lineage, Process } from './actor.ts'
import { createAuditActors } from './audit.ts'
import { checkFlood, checkStanding } from './behaviour/standing.ts'
import { createContext } from './context.ts'
import { createDispatch } from './dispatch.ts'
import { actEdge, EXEC_OBJECT, habitEdge, peerObject, SCRIPT_HABIT, WRITTEN_LAYERS } from './edges.ts'
import { createFiles } from './files.ts'
import { createLinks } from './links.ts'
import { factsOf } from './paths.ts'
import { createProcessTable } from './process-table.ts'
import { aheadOf, REVISIONS_AHEAD } from './snapshot/chains.ts'
import { restoreSnapshot, takeSnapshot } from './snapshot/snapshot.ts'
import { type ContainerState, type EngineState, ownNamesOf, type Sighting } from './state.ts'
import { createTimeReader } from './time.ts'
import { createWeigher, guardOf } from './weigh.ts'

const PROCESSES = 65_536
const CONTAINERS_MAX = 8192
const NOTHING: readonly Detection[] = Object.freeze([])
const UNKNOWN: ContainerState = { identity: null, profile: undefined, ownNames: [] }
const SWEEP_MS = 1000
const SETTLE_MS = 30_000
const LOOK_MS = 1000
/** Evidence waits this long for the identity of its container: an unknown image would be judged as if nothing were ordinary. */
const DEFER_MS = 400
const DEFERRED_MAX = 256
/** Ordinary work may look like two or three stages (packed, sent); nothing ordinary looks like five. */
const CAMPAIGN_TACTICS = 5
const EXPIRE_MS = 60_000

export function createDetector(options: DetectorOptions): Detector {
  let { rules } = options
  const timeOf = createTimeReader()
  let sketch = createSketch()
  const model = createModel()
  const chains: ChainStore = createChainStore()
  const table = createProcessTable(PROCESSES, chains.isProtected)
  const files = createFiles(chains.isProtected)
  const links = createLinks()
  const containers = new Map<string, ContainerState>()
  const replicas = new Map<string, Set<string>>()
  const lineages = new Set<Lineage>()
  const deferred = new Map<
    string,
    { sighting: Sighting; at: string; atMs: number; sinceMs: number; tagsBefore: number }[]
  >()
  /** Chains that a person called an attack. */
  const condemned = new Set<string>()
  const dispatch = createDispatch()
  let out: Detection[] = []
  let at = ''
  let tagsBefore = 0
  /** The agent may be behind with its events: it waits by its own time, not by theirs. */
  let tickedAtMs = 0
  let sweptAtMs = 0
  let settledAtMs = 0
  let lookedAtMs = 0
  let expiredAtMs = 0

  function stateFor(identity: ContainerIdentity): ContainerState {
    return { identity, profile: model.profileOf(identity), ownNames: ownNamesOf(identity) }
  }

  let askedFor: string | null = null
  let answered = UNKNOWN

  /** Mostly that of the event before. */
  function stateOf(containerId: string | null): ContainerState {
    if (containerId !== askedFor) {
      askedFor = containerId
      answered = containerId === null ? UNKNOWN : (containers.get(containerId) ?? UNKNOWN)
    }
    return answered
  }

  function forgetAnswer(): void {
    askedFor = null
    answered = UNKNOWN
  }

  if (options.state !== undefined) {
    const restored = restoreSnapshot(options.state, { model, chains, table, files })
    if (restored !== undefined) {
      sketch = restored.sketch
      for (const id of restored.condemned) condemned.add(id)
      for (const identity of restored.identities) {
        containers.set(identity.containerId, stateFor(identity))
      }
    }
  }

  for (const report of options.told ?? []) {
    const known = chains.byId(report.id)
    if (report.mergedInto === null && (known?.incident?.revision ?? 0) < report.revision + REVISIONS_AHEAD) {
      chains.restore(aheadOf(chainOfReport(report, known)))
    }
  }

  const context = createContext({ model, files, stateOf })
  const weigher = createWeigher({
    hostKey: options.hostKey,
    newId: options.newId,
    model,
    sketch,
    chains,
    stateOf,
    replicas: (workload) => replicas.get(workload)?.size ?? 0,
    learnSignal(actor, edge) {
      if (actor.containerId !== null) model.noteSignal(watched(actor.lineage), edge, state.nowMs)
    },
    tag,
  })

  /** Lineages that have something to learn from. */
  function watched(lineage: Lineage): Lineage {
    if (lineage.isWatched) return lineage
    lineage.isWatched = true
    lineages.add(lineage)
    lineage.run = runOf(lineage)
    return lineage
  }

  function tag(actor: Process, tags: number, isHard = false): void {
    const mask = tags & TAG_BITS
    if (mask === 0) return
    actor.tags |= mask
    actor.lineage.tags |= mask
    actor.atMs = state.nowMs
    actor.suspicion = Math.max(actor.suspicion, 0.5)
    if (isHard) actor.lineage.hardTags |= mask
  }

  const state: EngineState & { nowMs: number } = {
    nowMs: 0,
    table,
    links,
    files,
    model,
    stateOf,
    isExpected: (actor, edge) => model.isExpected(stateOf(actor.containerId).profile, edge, state.nowMs),
    learn(actor, edge) {
      if (actor.containerId !== null) model.note(watched(actor.lineage), edge, state.nowMs)
    },
    learnAct: (actor, object) => state.learnHabit(actor, actEdge(actor, object, false)),
    learnHabit(actor, edge) {
      if (actor.containerId !== null) model.noteSignal(watched(actor.lineage), edge, state.nowMs)
    },
    tag,
    see,
    joinChains(actor, number, distance) {
      const other = chains.find(number)
      const own = weigher.chainOf(actor, state.nowMs)
      if (other === undefined || own === other) return
      if (own === undefined) {
        // nothing was seen of this lineage yet: it belongs to the other from now on if that one is more than a hint
        if (other.incident !== null || other.hasMedium) actor.lineage.chain = other.number
        return
      }
      if (!own.hasMedium && !other.hasMedium) return
      actor.lineage.chain = chains.join(own, other, distance, state.nowMs).number
    },
  }

  const auditActors = createAuditActors(table, function* () {
    for (const { identity } of containers.values()) yield identity
  })

  /** A session began that somebody had asked the cluster for: both are one story. */
  function joinSession(event: KernelEvent, actor: Process): void {
    if (event.type !== 'exec' || actor.containerId === null || actor.lineage.kind !== 'injected') return
    if (actor.lineage.root !== actor || actor.lineage.chain !== 0) return
    const asked = auditActors.askedFor(actor.containerId, state.nowMs)
    if (asked !== undefined) actor.lineage.chain = asked.lineage.chain
  }

  function see(sighting: Sighting): void {
    if (table.isRuntimeStage(sighting.actor)) return
    const { containerId } = sighting.actor
    if (containerId === null || containers.has(containerId)) {
      weigher.weigh(sighting, at, state.nowMs, tagsBefore, out)
      return
    }
    // whose container this is, is being asked: what is ordinary in it is not known before
    const waiting = deferred.get(containerId) ?? []
    if (waiting.length === 0) deferred.set(containerId, waiting)
    const sinceMs = Math.max(state.nowMs, tickedAtMs)
    if (waiting.length < DEFERRED_MAX) waiting.push({ sighting, at, atMs: state.nowMs, sinceMs, tagsBefore })
  }

  /** Weighs what waited for the identity of a container, or has waited long enough without it. */
  function weighDeferred(containerId: string): void {
    const waiting = deferred.get(containerId)
    if (waiting === undefined) return
    deferred.delete(containerId)
    for (const one of waiting) weigher.weigh(one.sighting, one.at, one.atMs, one.tagsBefore, out)
  }

  /** One run of a container; a session of its own for everything that was put into it. */
  function runOf(lineage: Lineage): number {
    const container = hashText(lineage.containerId ?? '')
    return lineage.kind === 'injected' ? mix(container, hashText(lineage.root.startNs, lineage.root.pid)) : container
  }

  function evaluate(event: KernelEvent, actor: Process): void {
    if (!rules.eventTypes.has(event.type)) return
    context.about(event, actor, state.nowMs)
    for (const match of rules.evaluate(event, context)) {
      see({
        rule: match.rule,
        actor,
        sentence: match.sentence,
        eventIds: match.eventIds,
        object: objectOf(event),
        ...shownIn(event),
        isSequence: event.type === 'sequence' && event.automaton === null,
      })
    }
  }

  function taken(): readonly Detection[] {
    if (out.length === 0) return NOTHING
    const told = out
    out = []
    return told
  }

  function settle(isEverything: boolean): void {
    for (const lineage of lineages) {
      const isOver = lineage.live === 0
      if (isOver || isEverything) settleOne(lineage, isOver)
    }
  }

  /** Nothing is learnt of an attack: of a lineage that carries a guard, or whose chain went through as many stages as a campaign. */
  function settleOne(lineage: Lineage, isOver: boolean): void {
    const chain = chains.find(lineage.chain)
    const isAttack = chain !== undefined && (stagesOf(chain) >= CAMPAIGN_TACTICS || condemned.has(chain.id))
    const teaches = !lineage.isDistrusted && !isAttack && (lineage.hardTags & guardOf(lineage)) === 0
    model.settle(lineage, stateOf(lineage.containerId).profile, state.nowMs, isOver, teaches)
    if (!isOver) return
    lineage.isWatched = false
    lineages.delete(lineage)
  }

  /** Stages of which more than a hint was seen. */
  function stagesOf(chain: Chain): number {
    return new Set(chain.steps.flatMap(({ step }) => (step.grade === 'weak' ? [] : step.tactic))).size
  }

  return {
    receive(event) {
      at = event.at
      state.nowMs = timeOf(at)
      const actor = table.of(event, state.nowMs)
      tagsBefore = actor.lineage.tags
      if (actor.containerId !== null) checkFlood(state, actor, event.id)
      dispatch(state, event, actor)
      joinSession(event, actor)
      evaluate(withTruth(event, actor), actor)
      return taken()
    },
    receiveAudit(event) {
      const matches = rules.evaluateAudit(event)
      // a webhook tells late: time does not run back for that
      state.nowMs = Math.max(state.nowMs, event.atMs)
      at = new Date(event.atMs).toISOString()
      // asked in every case: a session that comes later joins whoever asked for it
      const actor = auditActors.of(event)
      tagsBefore = actor.lineage.tags
      for (const match of matches) {
        see({
          rule: match.rule,
          actor,
          sentence: match.sentence,
          eventIds: match.eventIds,
          object: hashText(`${event.verb} ${event.resource} ${event.namespace ?? ''} ${event.user}`),
          shown: {
            kind: 'user',
            label: event.user.slice(0, 512),
            detail: `${event.verb} ${event.resource}`,
            edge: 'started',
          },
        })
      }
      return taken()
    },
    identify(containerId, identity) {
      const known = containers.get(containerId)
      if (known?.identity?.workload) replicas.get(known.identity.workload)?.delete(containerId)
      if (identity === null) {
        for (const lineage of lineages) if (lineage.containerId === containerId) settleOne(lineage, true)
        containers.delete(containerId)
        forgetAnswer()
        table.forget(containerId)
        links.forget(containerId)
        return
      }
      if (containers.size >= CONTAINERS_MAX && known === undefined) {
        const [oldest] = containers.keys()
        if (oldest !== undefined) containers.delete(oldest)
      }
      containers.set(containerId, stateFor(identity))
      forgetAnswer()
      weighDeferred(containerId)
      if (identity.initPid !== null) table.noteInit(containerId, identity.initPid)
      if (identity.workload !== null) {
        let same = replicas.get(identity.workload)
        if (same === undefined) {
          same = new Set()
          replicas.set(identity.workload, same)
        }
        same.add(containerId)
      }
    },
    noteLoss(atMs, reason) {
      chains.noteLoss(atMs, reason)
    },
    tick(nowMs) {
      state.nowMs = nowMs
      tickedAtMs = nowMs
      for (const [id, waiting] of deferred) {
        if (nowMs - (waiting[0]?.sinceMs ?? 0) >= DEFER_MS || nowMs < (waiting[0]?.atMs ?? 0)) weighDeferred(id)
      }
      if (nowMs - sweptAtMs >= SWEEP_MS) {
        sweptAtMs = nowMs
        const over = table.sweep(nowMs)
        settle(false)
        for (const lineage of over) forgetActs(lineage)
        at = new Date(nowMs).toISOString()
      }
      if (nowMs - lookedAtMs >= LOOK_MS) {
        lookedAtMs = nowMs
        for (const actor of table.all()) {
          tagsBefore = actor.lineage.tags
          checkStanding(state, actor)
        }
      }
      if (nowMs - settledAtMs >= SETTLE_MS) {
        settledAtMs = nowMs
        settle(true)
      }
      if (nowMs - expiredAtMs >= EXPIRE_MS) {
        expiredAtMs = nowMs
        chains.expire(nowMs)
      }
      for (const incident of chains.due(nowMs)) out.push({ kind: 'incident', incident })
      return taken()
    },
    judge(incident, verdict) {
      const chain = chains.byId(incident.id)
      if (chain === undefined) return
      if (verdict === 'true-attack') condemned.add(chain.id)
      else condemned.delete(chain.id)
      for (const profile of model.profiles()) {
        for (const [edge, key] of chain.learnable) {
          if (key !== profile.key) continue
          if (verdict === 'true-attack') profile.edges.delete(edge)
          else accept(profile, edge, Math.floor(state.nowMs / DAY_MS) * DAY_MS)
        }
      }
    },
    replaceRules(next) {
      rules = next
    },
    habitsOf(containerId) {
      const { profile } = stateOf(containerId)
      if (profile === undefined || profile.runs < EXPECTED_RUNS) return undefined
      const does = (name: Parameters<typeof habitEdge>[0]) => profile.edges.has(habitEdge(name))
      return { layers: WRITTEN_LAYERS.filter(does), scripts: does(SCRIPT_HABIT) }
    },
    snapshot() {
      for (const id of [...deferred.keys()]) weighDeferred(id)
      const identities = [...containers.values()].flatMap(({ identity }) => identity ?? [])
      return takeSnapshot({ model, chains, table, files }, sketch, condemned, identities)
    },
    stats: () => ({
      highestChainScore: chains.highestScore,
      highestQuietScore: chains.highestQuietScore,
      processes: table.size,
      files: files.table.count(),
      sockets: links.size,
      chains: chains.size,
      profiles: model.size,
      evicted: table.evicted + files.table.evicted(),
      memoryBytes: files.sizeBytes + sketch.sizeBytes + table.size * 700 + model.edges * 90,
    }),
  }
}

/** Only who knows the container's first program can tell whether another one was put into it. */
function withTruth(event: KernelEvent, actor: Process): KernelEvent {
  if (event.type !== 'exec' || event.containerId === null) return event
  const injected = actor.lineage.kind === 'injected' && actor.lineage.root === actor
  return (event.injected ?? false) === injected ? event : { ...event, injected }
}

/** What the event was about, as a number: so that the same rule on another object is another edge. */
function objectOf(event: KernelEvent): number {
  if ('remoteAddress' in event) return peerObject(event.remoteAddress, event.remotePort)
  if ('path' in event) return factsOf(event.path).shape
  if (event.type === 'exec') return EXEC_OBJECT
  if (event.type === 'call') return hashText(event.call + event.detail.replace(/\d+/g, '#'))
  if ('targetExe' in event) return hashText(event.targetExe)
  if (event.type === 'socket') return hashText(event.domain)
  if (event.type === 'namespace') return hashText(event.kinds.join())
  return 0
}

function shownIn(event: KernelEvent): { shown?: GraphObject } {
  const shown = shownOf(event)
  return shown === undefined ? {} : { shown }
}

function shownOf(event: KernelEvent): GraphObject | undefined {
  if ('remoteAddress' in event) {
    const label = `${event.remoteAddress}:${event.remotePort}`
    const edge = event.type === 'accept' ? 'accepted' : 'connected'
    return { kind: 'peer', label, detail: event.protocol, edge }
  }
  if ('path' in event) {
    const edge = event.type === 'open' && (event.flags & 3) === 0 ? 'read' : 'wrote'
    return { kind: 'file', label: event.path.slice(0, 512), detail: event.type, edge }
  }
  if ('targetExe' in event) {
    const label = `${event.targetExe} (${event.targetPid})`.slice(0, 512)
    return { kind: 'process', label, detail: event.type, edge: 'reached-into' }
  }
  return undefined
}

/** Nobody of it is left to go on: what was counted is of no use, and its chain may remember it for long. */
function forgetActs(lineage: Lineage): void {
  if (lineage.live > 0) return
  lineage.counters.clear()
  lineage.visits = undefined
  lineage.domains = undefined
  lineage.pending = undefined
  lineage.pendingSignals = undefined
  lineage.lastNoted = 0
}
