// Sliding windows of what a lineage did: for each name the last 256 acts with their time and what they were about.

export interface Counters {
  /** Notes one act; `about` is a hash of the host, port, file … */
  add(what: string, about: number, nowMs: number): void
  /** The same where only different things count: what was noted among the last few is noted anew, not again. */
  touch(what: string, about: number, nowMs: number): void
  /** Acts within the time. */
  total(what: string, withinMs: number, nowMs: number): number
  /** Different things the acts were about. */
  distinct(what: string, withinMs: number, nowMs: number): number
  /** Different things that acts of both names were about. */
  common(what: string, other: string, withinMs: number, nowMs: number): number
  /** Acts ever noted, at most as many as are kept: a quick look before counting. */
  kept(what: string): number
  clear(): void
}

const KEPT = 256
const NEAR = 8
/** Noted so lately that it need not be noted again. */
const FRESH_MS = 1000
/** Names of counters of one lineage: ports of each host tried have one of their own. */
const NAMES_MAX = 512

/** Most names are counted a few times only: a ring begins small and grows until it has room for all that is kept. */
const FIRST_ROOM = 4

interface Ring {
  times: Float64Array
  abouts: Uint32Array
  /** Acts ever noted; the next goes to `count % KEPT`. */
  count: number
}

export function createCounters(): Counters {
  let rings: Map<string, Ring> | undefined

  function within(what: string, withinMs: number, nowMs: number, visit: (about: number) => void): void {
    const ring = rings?.get(what)
    if (ring === undefined) return
    const kept = Math.min(ring.count, KEPT)
    for (let back = 1; back <= kept; back++) {
      const at = (ring.count - back) % KEPT
      if (nowMs - (ring.times[at] as number) > withinMs) return
      visit(ring.abouts[at] as number)
    }
  }

  function ringOf(what: string): Ring {
    rings ??= new Map()
    const known = rings.get(what)
    if (known !== undefined) return known
    if (rings.size >= NAMES_MAX) rings.clear()
    const made = { times: new Float64Array(FIRST_ROOM), abouts: new Uint32Array(FIRST_ROOM), count: 0 }
    rings.set(what, made)
    return made
  }

  function push(ring: Ring, about: number, nowMs: number): void {
    const at = ring.count % KEPT
    if (at >= ring.times.length) grow(ring)
    ring.times[at] = nowMs
    ring.abouts[at] = about
    ring.count++
  }

  function grow(ring: Ring): void {
    const { times, abouts } = ring
    ring.times = new Float64Array(4 * times.length)
    ring.abouts = new Uint32Array(4 * abouts.length)
    ring.times.set(times)
    ring.abouts.set(abouts)
  }

  return {
    add: (what, about, nowMs) => push(ringOf(what), about, nowMs),
    touch(what, about, nowMs) {
      const ring = ringOf(what)
      const near = Math.min(ring.count, NEAR)
      for (let back = 1; back <= near; back++) {
        const at = (ring.count - back) % KEPT
        if (ring.abouts[at] !== about) continue
        // times must fall going back: the newest place is the one that may be made newer
        if (back === 1 || nowMs - (ring.times[at] as number) < FRESH_MS) {
          if (back === 1) ring.times[at] = nowMs
          return
        }
      }
      push(ring, about, nowMs)
    },
    total(what, withinMs, nowMs) {
      let total = 0
      within(what, withinMs, nowMs, () => total++)
      return total
    },
    distinct(what, withinMs, nowMs) {
      const seen = new Set<number>()
      within(what, withinMs, nowMs, (about) => seen.add(about))
      return seen.size
    },
    common(what, other, withinMs, nowMs) {
      const seen = new Set<number>()
      const both = new Set<number>()
      within(what, withinMs, nowMs, (about) => seen.add(about))
      within(other, withinMs, nowMs, (about) => seen.has(about) && both.add(about))
      return both.size
    },
    kept: (what) => Math.min(rings?.get(what)?.count ?? 0, KEPT),
    clear() {
      rings = undefined
    },
  }
}
