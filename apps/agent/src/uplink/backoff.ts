// How long to wait before the next try. Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015) keeps a
// thousand agents from coming back in step after the server was away.

const BASE_MS = 250
/** A server that is started again takes seconds, and events must flow again within ten: so the first tries stay close. */
const RESTART_CAP_MS = 2_000
const RESTART_TRIES = 30
const CAP_MS = 30_000
const RETRY_AFTER_CAP_MS = 10 * 60_000

/** Before try `failures + 1`. `random01` in [0, 1). Never 0, so that a failing server is not hammered. */
export function backoffMs(failures: number, random01: number): number {
  const early = Math.min(RESTART_CAP_MS, BASE_MS * 2 ** Math.min(failures, 16))
  const ceiling = Math.min(CAP_MS, early * 2 ** Math.min(Math.max(failures - RESTART_TRIES, 0), 16))
  return Math.round(ceiling / 4 + random01 * ceiling * 0.75)
}

/** Retry-After (RFC 9110, 10.2.3): seconds or an HTTP date; spread by up to a quarter. Undefined when absent or nonsense. */
export function retryAfterMs(header: string | null, nowMs: number, random01: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs
  if (!Number.isFinite(ms)) return undefined
  return Math.round(Math.min(Math.max(ms, 0), RETRY_AFTER_CAP_MS) * (1 + random01 / 4)) + Math.round(random01 * BASE_MS)
}
