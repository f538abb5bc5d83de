// Sliding windows of what a lineage did: for each name the last 256 acts with their time and what they were about. A class, because
// there is one for each lineage, and most lineages are a request that counts little or nothing.
import { mix } from '../tags/hash.ts'

/** What is counted: a word, or a number for a word with something beside it (see `counterOf`). */
export type CounterName = string | number

const KEPT = 256
const NEAR = 8
/** Noted so lately that it need not be noted again. */
const FRESH_MS = 1000
/** Names of counters of one lineage: ports of each host tried have one of their own. */
const NAMES_MAX = 512

/** Times and what was done then, in turns: it grows with what is counted, for most names are counted a few times only. */
interface Ring {
  readonly acts: number[]
  /** Acts ever noted; the next goes to `count % KEPT`. */
  count: number
}

/** A counter of its own for everything that one kind of act is about: the ports of each host. No text is put together for it. */
export function counterOf(kind: number, about: number): number {
  return mix(kind, about)
}

export class Counters {
  private rings: Map<CounterName, Ring> | undefined

  /** Notes one act; `about` is a hash of the host, port, file … */
  add(what: CounterName, about: number, nowMs: number): void {
    push(this.ringOf(what), about | 0, nowMs)
  }

  /** The same where only different things count: what was noted among the last few is noted anew, not again. */
  touch(what: CounterName, about: number, nowMs: number): void {
    const wanted = about | 0
    const ring = this.ringOf(what)
    const near = Math.min(ring.count, NEAR)
    for (let back = 1; back <= near; back++) {
      const at = ((ring.count - back) % KEPT) * 2
      if (ring.acts[at + 1] !== wanted) continue
      // times must fall going back: the newest place is the one that may be made newer
      if (back === 1 || nowMs - (ring.acts[at] as number) < FRESH_MS) {
        if (back === 1) ring.acts[at] = nowMs
        return
      }
    }
    push(ring, wanted, nowMs)
  }

  /** Acts within the time. */
  total(what: CounterName, withinMs: number, nowMs: number): number {
    const ring = this.rings?.get(what)
    return ring === undefined ? 0 : within(ring, withinMs, nowMs)
  }

  /** Different things the acts were about. */
  distinct(what: CounterName, withinMs: number, nowMs: number): number {
    const ring = this.rings?.get(what)
    return ring === undefined ? 0 : distinctOf(ring, within(ring, withinMs, nowMs))
  }

  /** Different things that acts of both names were about. */
  common(what: CounterName, other: CounterName, withinMs: number, nowMs: number): number {
    const ring = this.rings?.get(what)
    const otherRing = this.rings?.get(other)
    if (ring === undefined || otherRing === undefined) return 0
    const abouts = new Set<number>()
    for (const about of newest(ring, withinMs, nowMs)) abouts.add(about)
    const both = new Set<number>()
    for (const about of newest(otherRing, withinMs, nowMs)) if (abouts.has(about)) both.add(about)
    return both.size
  }

  /** Acts ever noted, at most as many as are kept: a quick look before counting. */
  kept(what: CounterName): number {
    return Math.min(this.rings?.get(what)?.count ?? 0, KEPT)
  }

  clear(): void {
    this.rings = undefined
  }

  private ringOf(what: CounterName): Ring {
    this.rings ??= new Map()
    const known = this.rings.get(what)
    if (known !== undefined) return known
    if (this.rings.size >= NAMES_MAX) this.rings.clear()
    const made: Ring = { acts: [], count: 0 }
    this.rings.set(what, made)
    return made
  }
}

/** The newest acts that lie within the time: times fall going back. */
function within(ring: Ring, withinMs: number, nowMs: number): number {
  const kept = Math.min(ring.count, KEPT)
  for (let back = 1; back <= kept; back++) {
    if (nowMs - (ring.acts[((ring.count - back) % KEPT) * 2] as number) > withinMs) return back - 1
  }
  return kept
}

function newest(ring: Ring, withinMs: number, nowMs: number): number[] {
  const count = within(ring, withinMs, nowMs)
  return Array.from({ length: count }, (_, index) => ring.acts[((ring.count - 1 - index) % KEPT) * 2 + 1] as number)
}

/** Where each thing was met last, by its hash: open addressing over places that count for one look only. */
const SEEN = 1024
const seen = new Int32Array(SEEN)
const looks = new Int32Array(SEEN)
const LOOKS_MAX = 2 ** 31 - 1
let look = 0

function distinctOf(ring: Ring, newest: number): number {
  if (newest < 2) return newest
  if (++look > LOOKS_MAX) {
    looks.fill(0)
    look = 1
  }
  let different = 0
  for (let back = 1; back <= newest; back++) {
    const about = ring.acts[((ring.count - back) % KEPT) * 2 + 1] as number
    let at = (about ^ (about >>> 16)) & (SEEN - 1)
    while (looks[at] === look && seen[at] !== about) at = (at + 1) & (SEEN - 1)
    if (looks[at] === look) continue
    looks[at] = look
    seen[at] = about
    different++
  }
  return different
}

function push(ring: Ring, about: number, nowMs: number): void {
  const at = (ring.count++ % KEPT) * 2
  ring.acts[at] = nowMs
  ring.acts[at + 1] = about
}
