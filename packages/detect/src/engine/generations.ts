// A bounded map that forgets what was not asked for lately: two generations, the older one dropped as a whole. An LRU on one Map costs
// a hundred times as much.

export interface Generations<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  entries(): Iterable<[Key, Value]>
  readonly size: number
}

/** Keeps between half of `max` and all of it. */
export function createGenerations<Key, Value>(max: number): Generations<Key, Value> {
  let young = new Map<Key, Value>()
  let old = new Map<Key, Value>()

  function set(key: Key, value: Value): void {
    if (young.size >= max / 2) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }

  return {
    get(key) {
      const found = young.get(key)
      if (found !== undefined) return found
      const older = old.get(key)
      if (older === undefined) return undefined
      old.delete(key)
      set(key, older)
      return older
    },
    set,
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
    *entries() {
      for (const entry of old) if (!young.has(entry[0])) yield entry
      yield* young
    },
    get size() {
      return young.size + old.size
    },
  }
}
