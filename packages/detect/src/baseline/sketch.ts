// How often was this seen? A count-min sketch (Cormode, Muthukrishnan 2005): four rows of 16-bit counters, the least of the four
// is the estimate, never too low. All counts are halved once a day, so that what was ordinary long ago becomes rare again.
import { mix } from '../tags/hash.ts'

const ROWS = 4
const COLUMNS = 16_384
const FULL = 65_535
/** With fewer runs than these nothing is known of what is rare. */
const RUNS_ENOUGH = 8
const PRIOR = 0.6
const HALVING_MS = 24 * 60 * 60_000

export interface Sketch {
  add(key: number, nowMs: number): void
  estimate(key: number): number
  cells(): Uint16Array
  halvedAtMs(): number
  readonly sizeBytes: number
}

export function createSketch(cells = new Uint16Array(ROWS * COLUMNS), halvedAtMs = 0): Sketch {
  let halvedAt = halvedAtMs
  return {
    add(key, nowMs) {
      if (halvedAt === 0) halvedAt = nowMs
      for (; nowMs - halvedAt >= HALVING_MS; halvedAt += HALVING_MS) {
        for (let index = 0; index < cells.length; index++) cells[index] = (cells[index] as number) >>> 1
        if (nowMs - halvedAt > 32 * HALVING_MS) halvedAt = nowMs - HALVING_MS
      }
      for (let row = 0; row < ROWS; row++) {
        const at = place(key, row)
        if ((cells[at] as number) < FULL) cells[at] = (cells[at] as number) + 1
      }
    },
    estimate(key) {
      let least = FULL
      for (let row = 0; row < ROWS; row++) least = Math.min(least, cells[place(key, row)] as number)
      return least
    },
    cells: () => cells,
    halvedAtMs: () => halvedAt,
    sizeBytes: ROWS * COLUMNS * 2,
  }
}

function place(key: number, row: number): number {
  return row * COLUMNS + (mix(key, row + 1) & (COLUMNS - 1))
}

/** 1: never seen; 0: as often as the work runs. Few runs say little: then a middle value. */
export function rarity01(count: number, runs: number): number {
  if (runs < RUNS_ENOUGH) return PRIOR
  return Math.min(1, Math.max(0, 1 - Math.log2(1 + count) / Math.log2(1 + runs)))
}
