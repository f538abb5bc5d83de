// CEL counts strings in code points, JavaScript in UTF-16 units. Both are the same unless there is a surrogate, which is nearly always.

const SURROGATE = /[\ud800-\udfff]/

export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text)
}

export function codePointCount(text: string): number {
  if (!hasSurrogates(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** Offset in UTF-16 units of the code point with this index. */
export function unitOffset(text: string, codePoint: number): number {
  if (!hasSurrogates(text)) return codePoint
  let offset = 0
  let index = 0
  for (const character of text) {
    if (index++ === codePoint) return offset
    offset += character.length
  }
  return offset
}

/** Index of the code point at this offset in UTF-16 units. */
export function codePointIndex(text: string, offset: number): number {
  return hasSurrogates(text) ? codePointCount(text.slice(0, offset)) : offset
}
