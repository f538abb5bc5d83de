// Suspicion fades: by half in 5 minutes for what the model knows, in an hour for the rest, in a day for what stays dangerous.
import type { TagMask } from '../contract/tags.ts'
import { LONG } from './bits.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Tags go when their suspicion has halved this often. */
const LIVES = 6

export function halfLifeMs(tags: TagMask, isBaseline: boolean): number {
  if ((tags & LONG) !== 0) return DAY_MS
  return isBaseline ? 5 * MINUTE_MS : 60 * MINUTE_MS
}

export function decayed(suspicion: number, tags: TagMask, isBaseline: boolean, elapsedMs: number): number {
  if (elapsedMs <= 0 || suspicion === 0) return suspicion
  return suspicion * 2 ** (-elapsedMs / halfLifeMs(tags, isBaseline))
}

/** Tags that are left after that time: those that stay a day, and all until they have faded. */
export function remaining(tags: TagMask, isBaseline: boolean, elapsedMs: number): TagMask {
  if (tags === 0) return 0
  let left = tags
  if ((tags & LONG) !== 0 && elapsedMs > LIVES * DAY_MS) left &= ~LONG
  if (elapsedMs > LIVES * halfLifeMs(tags & ~LONG, isBaseline)) left &= LONG
  return left
}
