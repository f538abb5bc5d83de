// What differs between two tables: both are sorted, so one walk over both finds it.
import type { TableRecord } from '../database/block.ts'

export interface Change {
  readonly key: string
  /** undefined where the record is new. */
  readonly before: Buffer | undefined
  /** undefined where the record is gone. */
  readonly after: Buffer | undefined
}

export function* changesBetween(before: Iterable<TableRecord>, after: Iterable<TableRecord>): Generator<Change> {
  for (const { key, left, right } of walkBoth(before, after))
    if (!left || !right || !left.equals(right)) yield { key, before: left, after: right }
}

/** `null` takes a record away. Keys in order. */
export type Edit = readonly [key: string, value: Buffer | null]

export function* applyEdits(before: Iterable<TableRecord>, edits: readonly Edit[]): Generator<TableRecord> {
  const other = edits.map(([key, value]) => ({ key, value }))
  for (const { key, left, right } of walkBoth(before, other)) {
    const value = right === undefined ? left : right
    if (value) yield { key, value }
  }
}

interface Pair<Left, Right> {
  readonly key: string
  readonly left: Left | undefined
  readonly right: Right | undefined
}

function* walkBoth<Left, Right>(
  lefts: Iterable<{ readonly key: string; readonly value: Left }>,
  rights: Iterable<{ readonly key: string; readonly value: Right }>,
): Generator<Pair<Left, Right>> {
  const left = lefts[Symbol.iterator]()
  const right = rights[Symbol.iterator]()
  let a = left.next()
  let b = right.next()
  while (!a.done || !b.done) {
    if (b.done || (!a.done && a.value.key < b.value.key)) {
      if (a.done) return
      yield { key: a.value.key, left: a.value.value, right: undefined }
      a = left.next()
    } else if (a.done || b.value.key < a.value.key) {
      yield { key: b.value.key, left: undefined, right: b.value.value }
      b = right.next()
    } else {
      yield { key: a.value.key, left: a.value.value, right: b.value.value }
      a = left.next()
      b = right.next()
    }
  }
}
