// Failed attempts to come in, counted by address: after too many the answer costs no query and no hash, and is 429.
// Memory is bounded: the address that was quiet longest is forgotten first.

export interface FailureLimit {
  /** Seconds until another attempt counts; 0 when it may be made now. */
  retryAfterSeconds(address: string): number
  failed(address: string): void
}

const WINDOW_MS = 60_000
const ADDRESSES = 10_000

export function createFailureLimit(allowed: number, nowMs: () => number): FailureLimit {
  const windows = new Map<string, { since: number; failures: number }>()
  return {
    retryAfterSeconds(address) {
      const window = windows.get(address)
      if (!window || window.failures < allowed) return 0
      const left = window.since + WINDOW_MS - nowMs()
      if (left > 0) return Math.ceil(left / 1000)
      windows.delete(address)
      return 0
    },
    failed(address) {
      const now = nowMs()
      const known = windows.get(address)
      const window = known && now - known.since < WINDOW_MS ? known : { since: now, failures: 0 }
      windows.delete(address)
      windows.set(address, { ...window, failures: window.failures + 1 })
      if (windows.size > ADDRESSES) windows.delete(windows.keys().next().value ?? '')
    },
  }
}
