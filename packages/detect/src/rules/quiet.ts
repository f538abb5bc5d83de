// A rule that counts holds again with every further event: it says so once for a container within its time.

export interface Quiet {
  /** true: say it; false: it was said a moment ago. */
  mayTell(key: string, nowMs: number): boolean
}

const MAX_KEYS = 1024

export function createQuiet(withinMs: number): Quiet {
  const told = new Map<string, number>()
  return {
    mayTell(key, nowMs) {
      const before = told.get(key)
      if (before !== undefined && nowMs - before < withinMs) return false
      told.delete(key)
      told.set(key, nowMs)
      if (told.size > MAX_KEYS) told.delete(told.keys().next().value as string)
      return true
    },
  }
}
