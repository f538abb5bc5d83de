// Objects found by a key of two hashes: sets of four, the one noted last in front, the last of a full set given up. For what a text of
// the kernel names that comes only once or twice: a Map of such texts would hash, box and clean up each of them.

const WAYS = 4

export interface References<Value> {
  get(high: number, low: number): Value | undefined
  set(high: number, low: number, value: Value): void
  readonly size: number
}

/** `capacity` is a power of two. */
export function createReferences<Value>(capacity: number): References<Value> {
  const highs = new Int32Array(capacity)
  const lows = new Int32Array(capacity)
  const values = new Array<Value | undefined>(capacity).fill(undefined)
  const mask = capacity - WAYS
  let size = 0

  return {
    get(high, low) {
      const start = (low << 2) & mask
      for (let at = start; at < start + WAYS; at++) if (lows[at] === low && highs[at] === high) return values[at]
      return undefined
    },
    set(high, low, value) {
      const start = (low << 2) & mask
      let from = start
      while (from < start + WAYS - 1 && values[from] !== undefined && (lows[from] !== low || highs[from] !== high))
        from++
      if (values[from] === undefined) size++
      for (let at = from; at > start; at--) {
        highs[at] = highs[at - 1] as number
        lows[at] = lows[at - 1] as number
        values[at] = values[at - 1]
      }
      highs[start] = high
      lows[start] = low
      values[start] = value
    },
    get size() {
      return size
    },
  }
}
