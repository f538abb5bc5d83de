// All profiles of a node, by repository, merged over replicas. Learnt is only what a lineage did that proved harmless: edges
// wait until it ends or some minutes have gone, and are thrown away when it turns out to be part of an attack.
import type { ContainerIdentity } from '../contract/identity.ts'
import type { Lineage } from '../engine/actor.ts'
import { createProfile, DAY_MS, inherit, isExpected, learn, type Profile } from './profile.ts'

export interface Model {
  /** Profile of the image; undefined where the image is not known, and nothing is learnt. */
  profileOf(identity: ContainerIdentity | null): Profile | undefined
  /** Notes that the lineage did this; learnt later. */
  note(lineage: Lineage, hash: number, nowMs: number): void
  /** The same for a signal: it may be learnt also where it was the only thing out of the ordinary. */
  noteSignal(lineage: Lineage, hash: number, nowMs: number): void
  isExpected(profile: Profile | undefined, hash: number, nowMs: number): boolean
  /** Learns what has waited long enough; all of it when the lineage is over. Signals only when they may be learnt at all. */
  settle(lineage: Lineage, profile: Profile | undefined, nowMs: number, isOver: boolean, teaches: boolean): void
  profiles(): IterableIterator<Profile>
  restore(profiles: readonly Profile[]): void
  readonly size: number
  readonly edges: number
}

const PROFILES_MAX = 512
const PENDING_MAX = 2048
/** Work of a long-lived container is learnt this long after it was done. */
const SETTLE_MS = 5 * 60_000
/** In a container that lives long, work counts as a separate run after this time. */
const RUN_MS = 10 * 60_000

export function createModel(): Model {
  const profiles = new Map<string, Profile>()

  function makeRoom(): void {
    if (profiles.size < PROFILES_MAX) return
    let oldest: Profile | undefined
    for (const profile of profiles.values()) if (!oldest || profile.usedDay < oldest.usedDay) oldest = profile
    if (oldest) profiles.delete(oldest.key)
  }

  /** True when it waits now. */
  function wait(waiting: Map<number, number>, lineage: Lineage, hash: number, nowMs: number): boolean {
    if (waiting.has(hash)) return true
    if (lineage.isDistrusted || waiting.size >= PENDING_MAX) return false
    waiting.set(hash, nowMs - lineage.startedAtMs)
    return true
  }

  return {
    profileOf(identity) {
      const key = identity?.repository ?? identity?.imageDigest ?? identity?.imageName
      if (!identity || !key) return undefined
      const digest = identity.imageDigest ?? ''
      const known = profiles.get(key)
      if (known !== undefined) {
        if (digest !== '' && known.digest !== digest) inherit(known, digest)
        return known
      }
      makeRoom()
      const made = createProfile(key, digest)
      profiles.set(key, made)
      return made
    },
    note(lineage, hash, nowMs) {
      if (hash === lineage.lastNoted) return
      lineage.pending ??= new Map()
      if (wait(lineage.pending, lineage, hash, nowMs)) lineage.lastNoted = hash
    },
    noteSignal(lineage, hash, nowMs) {
      lineage.pendingSignals ??= new Map()
      wait(lineage.pendingSignals, lineage, hash, nowMs)
    },
    isExpected: (profile, hash, nowMs) => profile !== undefined && isExpected(profile, hash, nowMs),
    settle(lineage, profile, nowMs, isOver, teaches) {
      lineage.lastNoted = 0
      if (lineage.isSuspect) lineage.pending = undefined
      if (!teaches) lineage.pendingSignals = undefined
      if (profile === undefined) return
      const ageMs = nowMs - lineage.startedAtMs
      const run = (lineage.run + Math.floor(ageMs / RUN_MS)) | 0
      for (const waiting of [lineage.pending, lineage.pendingSignals]) {
        if (waiting === undefined) continue
        for (const [hash, sinceMs] of waiting) {
          if (!isOver && ageMs - sinceMs < SETTLE_MS) continue
          waiting.delete(hash)
          learn(profile, hash, run, nowMs)
        }
      }
      profile.usedDay = Math.floor(nowMs / DAY_MS)
      // requests and sessions are no runs of their own; a run is over with its container, or when a long-lived one has come to its next
      if (lineage.kind !== 'init') return
      const isNext = lineage.countedRun !== 0 && lineage.countedRun !== run
      if ((isOver && profile.lastRun !== run) || isNext) {
        profile.runs += 1
        profile.lastRun = run
      }
      lineage.countedRun = run
    },
    profiles: () => profiles.values(),
    restore(list) {
      profiles.clear()
      for (const profile of list) profiles.set(profile.key, profile)
    },
    get size() {
      return profiles.size
    },
    get edges() {
      let edges = 0
      for (const profile of profiles.values()) edges += profile.edges.size
      return edges
    },
  }
}
