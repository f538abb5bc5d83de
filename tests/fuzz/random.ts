// Numbers that look random and are the same each time (mulberry32, public domain).
export interface Random {
  /** From 0 to below `end`. */
  below(end: number): number
  pick<T>(items: readonly T[]): T
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (end: number) => Math.floor(next() * end)
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] }
}

/** One number out of a text and numbers. */
export function seedOf(text: string, ...numbers: readonly number[]): number {
  let hash = 2166136261
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619)
  for (const number of numbers) hash = Math.imul(hash ^ number, 2654435761) ^ (hash >>> 13)
  return hash >>> 0
}
