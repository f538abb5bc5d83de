// Which programs are killed, when: drawn from a seed, so that a bad run can be had again.

export const VICTIMS = ['server', 'agent', 'database'] as const
export type Victim = (typeof VICTIMS)[number]

export interface Kill {
  readonly victim: Victim
  /** Pause before this kill. */
  readonly afterMs: number
}

/** Rounds of one to three kills in any order, close together within a round; every victim dies in some round. */
export function drawRounds(seed: number, count: number): Kill[][] {
  const random = mulberry32(seed)
  return Array.from({ length: count }, (_, round) => {
    const order = shuffle(VICTIMS, random)
    // the first rounds go through the victims one by one, so that a small sample kills each of them
    const victims = round < VICTIMS.length ? [VICTIMS[round] as Victim] : order.slice(0, 1 + Math.floor(random() * 3))
    return victims.map((victim, index) => ({
      victim,
      afterMs: Math.floor(random() * (index === 0 ? 3_000 : 400)),
    }))
  })
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** Tommy Ettinger's mulberry32: 32 bits of state, enough to draw a plan. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
