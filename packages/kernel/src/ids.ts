// ULIDs: sortable by time, so they double as keyset cursors.
import { createRequire } from 'node:module'

let next: ((nowMs?: number) => string) | undefined

/** A new ULID; ids made by one process within one millisecond still sort in order. */
export function newId(nowMs?: number): string {
  // loaded with the first id: the command line makes none
  next ??= (createRequire(import.meta.url)('ulid') as typeof import('ulid')).monotonicFactory()
  return next(nowMs)
}

export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}
