// What an image ordinarily does, as edges: hashes of (parent program, program, arguments), (program, file), (program, peer) and
// of signals. An edge counts once for each separate run; what was learnt under another digest counts half.

export interface Edge {
  /** Separate runs under the current digest, and under those before. */
  runs: number
  runsBefore: number
  lastRun: number
  /** Day of the last time, since the epoch. */
  day: number
}

export interface Profile {
  readonly key: string
  digest: string
  /** Container starts and sessions that were learnt from. */
  runs: number
  lastRun: number
  usedDay: number
  readonly edges: Map<number, Edge>
}

export const EXPECTED_RUNS = 3
export const DAY_MS = 24 * 60 * 60_000
const HALF_LIFE_DAYS = 14
const EDGES_MAX = 8192
const RUNS_MAX = 1000
/** A person's word: it does not fade, and no guard speaks against it. */
const ACCEPTED = 1_000_000

export function createProfile(key: string, digest: string): Profile {
  return { key, digest, runs: 0, lastRun: 0, usedDay: 0, edges: new Map() }
}

/** A new digest of the repository: everything known counts half from now on. */
export function inherit(profile: Profile, digest: string): void {
  if (profile.digest === digest) return
  profile.digest = digest
  for (const edge of profile.edges.values()) {
    edge.runsBefore += edge.runs
    edge.runs = 0
  }
}

export function learn(profile: Profile, hash: number, run: number, nowMs: number): void {
  const day = Math.floor(nowMs / DAY_MS)
  const known = profile.edges.get(hash)
  if (known === undefined) {
    if (profile.edges.size >= EDGES_MAX) forgetOldest(profile)
    profile.edges.set(hash, { runs: 1, runsBefore: 0, lastRun: run, day })
    return
  }
  fade(known, day)
  if (known.lastRun === run || isGiven(known)) return
  known.lastRun = run
  known.runs = Math.min(RUNS_MAX, known.runs + 1)
}

export function weightOf(profile: Profile, hash: number, nowMs: number): number {
  const edge = profile.edges.get(hash)
  if (edge === undefined) return 0
  const age = Math.floor(nowMs / DAY_MS) - edge.day
  const runs = edge.runs + edge.runsBefore / 2
  return age <= 0 ? runs : runs * 2 ** (-age / HALF_LIFE_DAYS)
}

/** Seen in three separate runs; what three runs of an earlier digest showed holds for the next one. */
export function isExpected(profile: Profile, hash: number, nowMs: number): boolean {
  const edge = profile.edges.get(hash)
  if (edge === undefined) return false
  if (isGiven(edge)) return true
  const weight = weightOf(profile, hash, nowMs)
  if (edge.runsBefore >= EXPECTED_RUNS) return weight >= EXPECTED_RUNS / 2 - 0.5
  return weight >= EXPECTED_RUNS - 0.5
}

/** A person said that this is expected. */
export function accept(profile: Profile, hash: number, nowMs: number): void {
  const day = Math.floor(nowMs / DAY_MS)
  profile.edges.set(hash, { runs: ACCEPTED, runsBefore: 0, lastRun: 0, day })
}

export function isAccepted(profile: Profile, hash: number): boolean {
  const edge = profile.edges.get(hash)
  return edge !== undefined && isGiven(edge)
}

function isGiven(edge: Edge): boolean {
  return edge.runs + edge.runsBefore >= ACCEPTED
}

function fade(edge: Edge, day: number): void {
  const age = day - edge.day
  edge.day = Math.max(edge.day, day)
  if (age < HALF_LIFE_DAYS || isGiven(edge)) return
  const factor = 2 ** (-age / HALF_LIFE_DAYS)
  edge.runs *= factor
  edge.runsBefore *= factor
}

function forgetOldest(profile: Profile): void {
  let excess = EDGES_MAX / 16
  const byAge = [...profile.edges].sort((left, right) => left[1].day - right[1].day || left[1].runs - right[1].runs)
  for (const [hash] of byAge) {
    if (excess-- <= 0) break
    profile.edges.delete(hash)
  }
}
