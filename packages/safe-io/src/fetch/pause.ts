// How long to leave a server alone before asking again.
import type { FetchPolicy } from './policy.ts'

/** Full jitter: anywhere below a bound that doubles, so that many clients do not come back together. */
export function pauseBefore(attempt: number, retryAfterMs: number | undefined, policy: FetchPolicy): number {
  const bound = Math.min(policy.maxPauseMs, policy.pauseMs * 2 ** (attempt - 1))
  return Math.max(retryAfterMs ?? 0, Math.random() * bound)
}

/** RFC 9110, 10.2.3: seconds or a date. */
export function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    function stop(): void {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}
