// The open chains of a node: made at the first signal of a lineage, joined when cause and effect run between them, told as
// incidents at most once a second, forgotten when nothing happened for long.
import type { IncidentReport } from '@yagura/schema'
import { type Addition, absorb, addToChain, type Chain, createChain } from './chain.ts'
import { incidentOf, isContainable } from './incident.ts'
import { INCIDENT } from './score.ts'
import { createUnionFind } from './union-find.ts'

export interface ChainStore {
  open(id: string, root: Chain['root'], nowMs: number): Chain | undefined
  find(number: number): Chain | undefined
  byId(id: string): Chain | undefined
  add(chain: Chain, addition: Addition): void
  /** Joins two; `distance` is the number of weak links between them. Returns what remains. */
  join(one: Chain, other: Chain, distance: number, nowMs: number): Chain
  /** Makes it an incident, or marks that it changed. */
  raise(chain: Chain, nowMs: number): void
  /** Incidents that are to be told now. */
  due(nowMs: number): IncidentReport[]
  isProtected(number: number): boolean
  /** An incident of this container that is still warm. */
  ofContainer(containerId: string, nowMs: number): Chain | undefined
  noteLoss(atMs: number, reason: string): void
  expire(nowMs: number): void
  all(): Iterable<Chain>
  restore(chain: Chain): Chain | undefined
  readonly size: number
  readonly highestScore: number
  /** Of chains in which nothing is strong. */
  readonly highestQuietScore: number
}

export const CHAINS_MAX = 4096
const UPDATE_MS = 1000
const HOUR_MS = 60 * 60_000
/** Incidents grow for a day after their last signal; chains that are none for an hour. */
const INCIDENT_LIFE_MS = 24 * HOUR_MS
const CHAIN_LIFE_MS = 6 * HOUR_MS
/** Another lineage of the same container belongs to the same campaign within this time. */
export const SAME_CAMPAIGN_MS = HOUR_MS
const LOSSES_MAX = 16

export function createChainStore(): ChainStore {
  const union = createUnionFind(CHAINS_MAX * 4)
  const chains = new Map<number, Chain>()
  const merged: IncidentReport[] = []
  const dirty = new Set<Chain>()
  const incidentsOf = new Map<string, Chain>()
  let highestScore = 0
  let highestQuietScore = 0

  function forget(chain: Chain): void {
    chains.delete(chain.number)
    dirty.delete(chain)
    for (const id of chain.containerIds) if (incidentsOf.get(id) === chain) incidentsOf.delete(id)
    union.release(chain.number)
  }

  function makeRoom(): void {
    let weakest: Chain | undefined
    for (const chain of chains.values()) {
      if (chain.incident !== null) continue
      if (weakest === undefined || chain.score < weakest.score || chain.lastAtMs < weakest.lastAtMs - HOUR_MS) {
        weakest = chain
      }
    }
    if (weakest === undefined)
      for (const chain of chains.values()) if (!weakest || chain.lastAtMs < weakest.lastAtMs) weakest = chain
    if (weakest !== undefined) forget(weakest)
  }

  function noteContainers(chain: Chain): void {
    if (chain.incident === null) return
    for (const id of chain.containerIds) incidentsOf.set(id, chain)
  }

  function noteScore(chain: Chain): void {
    highestScore = Math.max(highestScore, chain.score)
    if (!chain.hasStrong) highestQuietScore = Math.max(highestQuietScore, chain.score)
  }

  function find(number: number): Chain | undefined {
    return number === 0 ? undefined : chains.get(union.find(number))
  }

  return {
    open(id, root, nowMs) {
      if (chains.size >= CHAINS_MAX - 1) makeRoom()
      const number = union.make()
      if (number === 0) return undefined
      const chain = createChain(number, id, root, nowMs)
      chains.set(number, chain)
      return chain
    },
    find,
    byId(id) {
      for (const chain of chains.values()) if (chain.id === id) return chain
      return undefined
    },
    add(chain, addition) {
      addToChain(chain, addition)
      noteScore(chain)
      noteContainers(chain)
      if (chain.incident?.isDirty) dirty.add(chain)
    },
    join(one, other, distance, nowMs) {
      if (one === other) return one
      const number = union.union(one.number, other.number)
      const isOneKept = remains(one, other)
      const kept = isOneKept ? one : other
      const gone = isOneKept ? other : one
      if (gone.incident !== null) {
        gone.incident.revision++
        merged.push(incidentOf(gone, nowMs, kept.id))
      }
      chains.delete(one.number)
      chains.delete(other.number)
      dirty.delete(gone)
      kept.number = number
      chains.set(number, kept)
      absorb(kept, gone, distance)
      for (const id of gone.containerIds) if (incidentsOf.get(id) === gone) incidentsOf.set(id, kept)
      noteContainers(kept)
      if (kept.incident !== null) dirty.add(kept)
      noteScore(kept)
      return kept
    },
    raise(chain, nowMs) {
      if (chain.incident === null) {
        chain.incident = { revision: 0, openedAtMs: nowMs, sentAtMs: Number.NEGATIVE_INFINITY, isDirty: true }
        noteContainers(chain)
      }
      chain.incident.isDirty = true
      dirty.add(chain)
    },
    due(nowMs) {
      if (dirty.size === 0 && merged.length === 0) return []
      const told = merged.splice(0)
      for (const chain of dirty) {
        const state = chain.incident
        if (state === null || !state.isDirty) dirty.delete(chain)
        else if (nowMs - state.sentAtMs >= UPDATE_MS || nowMs < state.sentAtMs || isUrgent(chain, nowMs)) {
          state.isToldContainable = isContainable(chain)
          state.revision++
          state.sentAtMs = nowMs
          state.isDirty = false
          dirty.delete(chain)
          told.push(incidentOf(chain, nowMs))
        }
      }
      return told
    },
    isProtected(number) {
      const chain = find(number)
      return chain !== undefined && (chain.incident !== null || chain.score >= INCIDENT)
    },
    ofContainer(containerId, nowMs) {
      const chain = incidentsOf.get(containerId)
      return chain !== undefined && nowMs - chain.lastAtMs < SAME_CAMPAIGN_MS ? chain : undefined
    },
    noteLoss(atMs, reason) {
      for (const chain of chains.values()) {
        if (Math.abs(atMs - chain.lastAtMs) > 60_000) continue
        if (chain.losses.length >= LOSSES_MAX) chain.losses.splice(0, 1)
        chain.losses.push({ atMs, reason: reason.slice(0, 512) })
        if (chain.incident !== null) {
          chain.incident.isDirty = true
          dirty.add(chain)
        }
      }
    },
    expire(nowMs) {
      for (const chain of [...chains.values()]) {
        const life = chain.incident === null ? CHAIN_LIFE_MS : INCIDENT_LIFE_MS
        if (nowMs - chain.lastAtMs > life) forget(chain)
      }
    },
    all: () => chains.values(),
    restore(chain) {
      const number = chain.number === 0 ? union.make() : chain.number
      if (number === 0) return undefined
      chain.number = number
      chains.set(number, chain)
      noteContainers(chain)
      if (chain.incident?.isDirty) dirty.add(chain)
      return chain
    },
    get size() {
      return chains.size
    },
    get highestScore() {
      return highestScore
    },
    get highestQuietScore() {
      return highestQuietScore
    },
  }
}

/**
 * Containment does not wait for the next update. Within its first second a chain may still be one act, seen from several sides, that
 * was ended already.
 */
function isUrgent(chain: Chain, nowMs: number): boolean {
  return chain.incident?.isToldContainable !== true && nowMs - chain.openedAtMs >= UPDATE_MS && isContainable(chain)
}

/** An incident that people know keeps its id; of two the older; else the chain with more steps. */
function remains(one: Chain, other: Chain): boolean {
  if (one.incident !== null && other.incident !== null) return one.incident.openedAtMs <= other.incident.openedAtMs
  if (one.incident !== null || other.incident !== null) return one.incident !== null
  return one.steps.length >= other.steps.length
}
