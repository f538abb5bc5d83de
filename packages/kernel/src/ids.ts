// ULIDs: sortable by time, so they double as keyset cursors.
import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** A new ULID; ids made by one process within one millisecond still sort in order. */
export function newId(nowMs?: number): string {
  return next(nowMs)
}

export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}
