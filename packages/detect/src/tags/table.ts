// Files, sockets and pipes as rows of typed arrays, four ways a set. A full set gives up the row that matters least: without
// tags first, then the least suspicious, by a clock among equals; never one whose chain is protected.
import { decayed, remaining } from './decay.ts'

export const WAYS = 4

export interface EntityTable {
  readonly capacity: number
  /** Row of the key; -1 when it is not there. The two halves of the key are hashes that know nothing of each other. */
  find(high: number, low: number): number
  /** Row of the key, made when it is not there; -1 when every row of its set is protected. */
  take(high: number, low: number, nowMs: number): number
  tags(row: number): number
  suspicion(row: number, nowMs: number): number
  chain(row: number): number
  /** When the row was last written, in milliseconds. */
  atMs(row: number): number
  mark(row: number, tags: number, suspicion: number, chain: number, nowMs: number): void
  clear(row: number): void
  count(): number
  evicted(): number
  refused(): number
  sizeBytes(): number
  /** Rows that carry tags or a chain, for a snapshot. */
  tagged(): Iterable<{ high: number; low: number; tags: number; suspicion: number; chain: number; atMs: number }>
}

/** Times are kept in seconds since this moment, so that they fit in 32 bits until 2160. */
const EPOCH_MS = Date.UTC(2024, 0, 1)

export function createEntityTable(capacity: number, isProtected: (chain: number) => boolean): EntityTable {
  const sets = capacity / WAYS
  if (!Number.isInteger(Math.log2(sets))) throw new Error('the number of sets must be a power of two')
  const highs = new Uint32Array(capacity)
  const lows = new Uint32Array(capacity)
  const tags = new Uint32Array(capacity)
  const suspicions = new Float32Array(capacity)
  const times = new Uint32Array(capacity)
  const chains = new Uint32Array(capacity)
  const hands = new Uint8Array(sets)
  let used = 0
  let evictions = 0
  let refusals = 0

  function find(high: number, low: number): number {
    const first = (low & (sets - 1)) * WAYS
    for (let row = first; row < first + WAYS; row++) if (lows[row] === low && highs[row] === high) return row
    return -1
  }

  function isFree(row: number): boolean {
    return lows[row] === 0 && highs[row] === 0
  }

  /** The row of this set that is given up; -1 when none may be. */
  function victim(first: number): number {
    const hand = hands[first / WAYS] ?? 0
    let chosen = -1
    for (let step = 0; step < WAYS; step++) {
      const row = first + ((hand + step) & (WAYS - 1))
      const chain = chains[row] as number
      if (chain !== 0 && isProtected(chain)) continue
      if (tags[row] === 0 && chain === 0) {
        chosen = row
        break
      }
      if (chosen < 0 || (suspicions[row] as number) < (suspicions[chosen] as number)) chosen = row
    }
    if (chosen >= 0) hands[first / WAYS] = (chosen - first + 1) & (WAYS - 1)
    return chosen
  }

  function clear(row: number): void {
    if (!isFree(row)) used--
    highs[row] = 0
    lows[row] = 0
    tags[row] = 0
    suspicions[row] = 0
    chains[row] = 0
    times[row] = 0
  }

  function toSeconds(nowMs: number): number {
    return Math.max(0, Math.floor((nowMs - EPOCH_MS) / 1000))
  }

  return {
    capacity,
    find,
    take(high, low, nowMs) {
      const known = find(high, low)
      if (known >= 0) return known
      const first = (low & (sets - 1)) * WAYS
      let row = -1
      for (let each = first; each < first + WAYS && row < 0; each++) if (isFree(each)) row = each
      if (row < 0) {
        row = victim(first)
        if (row < 0) {
          refusals++
          return -1
        }
        evictions++
        clear(row)
      }
      highs[row] = high
      lows[row] = low
      times[row] = toSeconds(nowMs)
      used++
      return row
    },
    tags: (row) => tags[row] ?? 0,
    suspicion(row, nowMs) {
      const elapsedMs = (toSeconds(nowMs) - (times[row] ?? 0)) * 1000
      return decayed(suspicions[row] ?? 0, tags[row] ?? 0, false, elapsedMs)
    },
    chain: (row) => chains[row] ?? 0,
    atMs: (row) => EPOCH_MS + (times[row] ?? 0) * 1000,
    mark(row, mask, suspicion, chain, nowMs) {
      const elapsedMs = (toSeconds(nowMs) - (times[row] ?? 0)) * 1000
      tags[row] = remaining(tags[row] ?? 0, false, elapsedMs) | mask
      suspicions[row] = Math.max(decayed(suspicions[row] ?? 0, tags[row] ?? 0, false, elapsedMs), suspicion)
      if (chain !== 0) chains[row] = chain
      times[row] = toSeconds(nowMs)
    },
    clear,
    count: () => used,
    evicted: () => evictions,
    refused: () => refusals,
    sizeBytes: () => capacity * 24 + sets,
    *tagged() {
      for (let row = 0; row < capacity; row++) {
        if (tags[row] === 0 && chains[row] === 0) continue
        yield {
          high: highs[row] as number,
          low: lows[row] as number,
          tags: tags[row] as number,
          suspicion: suspicions[row] as number,
          chain: chains[row] as number,
          atMs: EPOCH_MS + (times[row] as number) * 1000,
        }
      }
    },
  }
}
