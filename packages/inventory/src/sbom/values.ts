// Looks into parsed JSON of strangers: whatever has not the form that is asked for is as if it were not there.

export type Members = Readonly<Record<string, unknown>>

const NOTHING: Members = Object.freeze(Object.create(null))

/** Its own members only; nothing is inherited. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.assign(Object.create(null), value)
    : NOTHING
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not empty; one that is too long is cut. */
export function textOf(value: unknown, most = 512): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, most).toWellFormed() : undefined
}

const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

export function digestOf(value: unknown): string | null {
  return typeof value === 'string' && DIGEST.test(value) ? value : null
}
