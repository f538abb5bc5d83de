// Two numbers found by a key of two numbers, in typed arrays: sets of four, the one noted last in front, the last of a full set given
// up. Bounded, and nothing is allocated. The halves of the key are hashes that know nothing of each other.

const WAYS = 4
const WORDS = 4

export interface HashTable {
  /** Where the values of the key lie; -1 when it is not there. */
  find(high: number, low: number): number
  first(at: number): number
  second(at: number): number
  set(high: number, low: number, first: number, second: number): void
  delete(high: number, low: number): void
  entries(): Iterable<readonly [high: number, low: number, first: number, second: number]>
  readonly sizeBytes: number
}

/** `capacity` is a power of two. */
export function createHashTable(capacity: number): HashTable {
  // key, key, value, value; a place that is free has a key of 0
  const words = new Int32Array(capacity * WORDS)
  const mask = capacity / WAYS - 1
  const setWords = WAYS * WORDS

  function find(high: number, low: number): number {
    const start = (low & mask) * setWords
    for (let at = start; at < start + setWords; at += WORDS) {
      if (words[at] === high && words[at + 1] === low) return at
    }
    return -1
  }

  /** Its own place, else a free one, else that of whoever was noted longest ago. */
  function placeFor(start: number, high: number, low: number): number {
    const known = find(high, low)
    if (known >= 0) return known
    for (let at = start; at < start + setWords; at += WORDS) if (words[at] === 0 && words[at + 1] === 0) return at
    return start + setWords - WORDS
  }

  return {
    find,
    first: (at) => words[at + 2] as number,
    second: (at) => words[at + 3] as number,
    set(high, low, first, second) {
      const start = (low & mask) * setWords
      const from = placeFor(start, high, low)
      // those in front of it go one back
      for (let at = from - 1; at >= start; at--) words[at + WORDS] = words[at] as number
      words[start] = high
      words[start + 1] = low
      words[start + 2] = first
      words[start + 3] = second
    },
    delete(high, low) {
      const at = find(high, low)
      if (at >= 0) words.fill(0, at, at + WORDS)
    },
    *entries() {
      for (let at = 0; at < words.length; at += WORDS) {
        const [high = 0, low = 0, first = 0, second = 0] = words.subarray(at, at + WORDS)
        if (high !== 0 || low !== 0) yield [high, low, first, second]
      }
    },
    sizeBytes: words.byteLength,
  }
}
