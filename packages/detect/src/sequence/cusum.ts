// Evidence of the sequence model: unseen pairs of system calls add up per lineage and drain with time (CUSUM, Page 1954). Weak
// always: measured on recorded traces such models flag far too much ordinary work to stand alone.

export interface Cusum {
  /** Adds one novelty; true once each time the sum passes the threshold. */
  add(score: number, nowMs: number): boolean
}

/** What ordinary work uses up in a second. */
const DRAIN_PER_SECOND = 0.1
/** Chosen so that start-up of an unknown program, some dozen pairs of weight 1 to 2, stays below. */
const THRESHOLD = 60

export function createCusum(): Cusum {
  let sum = 0
  let atMs = 0
  return {
    add(score, nowMs) {
      sum = Math.max(0, sum - (Math.max(0, nowMs - atMs) / 1000) * DRAIN_PER_SECOND) + score
      atMs = nowMs
      if (sum < THRESHOLD) return false
      sum = 0
      return true
    },
  }
}
