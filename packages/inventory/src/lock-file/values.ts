// Values out of documents of strangers: taken by their own keys only, and undefined where they are of another kind.

export type JsonRecord = Readonly<Record<string, unknown>>

export function recordOf(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined
}

/** Own entries of a record; nothing of anything else. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const record = recordOf(value)
  return record ? Object.entries(record) : []
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An own value: a key such as `constructor` is not found where the document has none. */
export function valueAt(value: unknown, key: string): unknown {
  const record = recordOf(value)
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}

export function textAt(value: unknown, key: string): string | undefined {
  return textOf(valueAt(value, key))
}
