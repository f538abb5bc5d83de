// A token bucket for each container, so that a flood in one does not drown the others (hostile input 29). What is cut is counted.

export interface BudgetRate {
  readonly perSecond: number
  readonly burst: number
}

export interface Budgets {
  /** True when `key` may spend one; else it is counted as cut. */
  take(key: string, nowMs: number): boolean
  /** What was cut since the last call. */
  takeCuts(): { readonly key: string; readonly count: number }[]
}

const KEYS_MAX = 20_000

export function createBudgets(rate: BudgetRate): Budgets {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const cuts = new Map<string, number>()

  function bucketOf(key: string, nowMs: number): { tokens: number; atMs: number } {
    const known = buckets.get(key)
    if (known) return known
    // a bucket that was not touched for long is full again: forgetting the oldest changes nothing
    const [oldest] = buckets.keys()
    if (buckets.size >= KEYS_MAX && oldest !== undefined) buckets.delete(oldest)
    const made = { tokens: rate.burst, atMs: nowMs }
    buckets.set(key, made)
    return made
  }

  return {
    take(key, nowMs) {
      const bucket = bucketOf(key, nowMs)
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond)
      bucket.atMs = nowMs
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return true
      }
      cuts.set(key, (cuts.get(key) ?? 0) + 1)
      return false
    },
    takeCuts() {
      const taken = [...cuts].map(([key, count]) => ({ key, count }))
      cuts.clear()
      return taken
    },
  }
}
