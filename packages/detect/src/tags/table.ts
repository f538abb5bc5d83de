// Files, sockets and pipes as rows of a typed array, four ways a set. A full set gives up the row that matters least: without
// tags first, then the least suspicious, by a clock among equals; never one whose chain is protected. All of a row lies together, so
// that a look at a set touches two lines of the processor's cache and not one for each thing that is known.
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

/** Words of a row, and what each of them is; a row is a power of two long. */
const ROW = 8
const LOW = 0
const HIGH = 1
const TAGS = 2
const CHAIN = 3
const TIME = 4
const SUSPICION = 5

/** Times are kept in seconds since this moment, so that they fit in 31 bits until 2092. */
const EPOCH_MS = Date.UTC(2024, 0, 1)

export function createEntityTable(capacity: number, isProtected: (chain: number) => boolean): EntityTable {
  const sets = capacity / WAYS
  if (!Number.isInteger(Math.log2(sets))) throw new Error('the number of sets must be a power of two')
  const words = new Int32Array(capacity * ROW)
  const suspicions = new Float32Array(words.buffer)
  const hands = new Uint8Array(sets)
  let used = 0
  let evictions = 0
  let refusals = 0

  function find(high: number, low: number): number {
    const first = (low & (sets - 1)) * WAYS
    for (let row = first; row < first + WAYS; row++) {
      if (words[row * ROW + LOW] === low && words[row * ROW + HIGH] === high) return row
    }
    return -1
  }

  function isFree(row: number): boolean {
    return words[row * ROW + LOW] === 0 && words[row * ROW + HIGH] === 0
  }

  /** The row of this set that is given up; -1 when none may be. */
  function victim(first: number): number {
    const hand = hands[first / WAYS] ?? 0
    let chosen = -1
    for (let step = 0; step < WAYS; step++) {
      const row = first + ((hand + step) & (WAYS - 1))
      const chain = chainOf(row)
      if (chain !== 0 && isProtected(chain)) continue
      if (tagsOf(row) === 0 && chain === 0) {
        chosen = row
        break
      }
      if (chosen < 0 || suspicionOf(row) < suspicionOf(chosen)) chosen = row
    }
    if (chosen >= 0) hands[first / WAYS] = (chosen - first + 1) & (WAYS - 1)
    return chosen
  }

  function clear(row: number): void {
    if (!isFree(row)) used--
    for (let word = row * ROW; word < row * ROW + ROW; word++) words[word] = 0
  }

  function tagsOf(row: number): number {
    return words[row * ROW + TAGS] as number
  }

  function chainOf(row: number): number {
    return (words[row * ROW + CHAIN] as number) >>> 0
  }

  function suspicionOf(row: number): number {
    return suspicions[row * ROW + SUSPICION] as number
  }

  function elapsedMs(row: number, nowMs: number): number {
    return (toSeconds(nowMs) - (words[row * ROW + TIME] as number)) * 1000
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
      words[row * ROW + HIGH] = high
      words[row * ROW + LOW] = low
      words[row * ROW + TIME] = toSeconds(nowMs)
      used++
      return row
    },
    tags: tagsOf,
    suspicion: (row, nowMs) => decayed(suspicionOf(row), tagsOf(row), false, elapsedMs(row, nowMs)),
    chain: chainOf,
    atMs: (row) => EPOCH_MS + (words[row * ROW + TIME] as number) * 1000,
    mark(row, mask, suspicion, chain, nowMs) {
      const sinceMs = elapsedMs(row, nowMs)
      const tags = remaining(tagsOf(row), false, sinceMs) | mask
      words[row * ROW + TAGS] = tags
      suspicions[row * ROW + SUSPICION] = Math.max(decayed(suspicionOf(row), tags, false, sinceMs), suspicion)
      if (chain !== 0) words[row * ROW + CHAIN] = chain
      words[row * ROW + TIME] = toSeconds(nowMs)
    },
    clear,
    count: () => used,
    evicted: () => evictions,
    refused: () => refusals,
    sizeBytes: () => words.byteLength + sets,
    *tagged() {
      for (let row = 0; row < capacity; row++) {
        if (tagsOf(row) === 0 && chainOf(row) === 0) continue
        yield {
          high: words[row * ROW + HIGH] as number,
          low: words[row * ROW + LOW] as number,
          tags: tagsOf(row),
          suspicion: suspicionOf(row),
          chain: chainOf(row),
          atMs: EPOCH_MS + (words[row * ROW + TIME] as number) * 1000,
        }
      }
    },
  }
}
