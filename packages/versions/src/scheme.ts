// What every version scheme gives: a parser that refuses what it does not know, and a total order on what it accepts.

export type Ordering = -1 | 0 | 1

export interface VersionScheme<Parsed> {
  /** undefined where the text is not a version of this scheme: never a guess. */
  parse(text: string): Parsed | undefined
  /** undefined where only a part that the scheme does not know tells the two apart, as in apk. */
  compare(a: Parsed, b: Parsed): Ordering | undefined
}

/** Longer than any real version; keeps hostile input cheap. */
export const MAX_VERSION_LENGTH = 1024

export function ordering(difference: number): Ordering {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0
}

/** Compares two runs of ASCII digits by value, however long they are. */
export function compareDigits(a: string, b: string): Ordering {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  if (left.length !== right.length) return ordering(left.length - right.length)
  return compareText(left, right)
}

/** By code unit, which for ASCII is what strcmp does. */
export function compareText(a: string, b: string): Ordering {
  return a < b ? -1 : a > b ? 1 : 0
}
