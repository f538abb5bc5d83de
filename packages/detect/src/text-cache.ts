// What was worked out for a text, found again by its length and its end: the same paths come again and again, and most of what makes
// one differ from another is at its end. Direct-mapped: bounded, nothing is cleaned up, and an answer costs a tenth of a Map's, which
// lies all over the memory.

/** `slots` is a power of two. */
export function createTextCache<Value>(slots: number, make: (text: string) => Value): (text: string) => Value {
  const keys: (string | undefined)[] = new Array<string | undefined>(slots).fill(undefined)
  const values: (Value | undefined)[] = new Array<Value | undefined>(slots).fill(undefined)
  let lastText: string | undefined
  let last: Value | undefined
  return (text) => {
    // one event asks several times
    if (text === lastText) return last as Value
    const slot = slotOf(text) & (slots - 1)
    if (keys[slot] !== text) {
      keys[slot] = text
      values[slot] = make(text)
    }
    lastText = text
    last = values[slot]
    return last as Value
  }
}

const TAIL_CHARS = 12

function slotOf(text: string): number {
  const { length } = text
  let hash = length
  for (let index = length > TAIL_CHARS ? length - TAIL_CHARS : 0; index < length; index++) {
    hash = Math.imul(hash, 31) + text.charCodeAt(index)
  }
  // names that differ in the middle only: one more sign of it
  hash = Math.imul(hash, 31) + text.charCodeAt(length >> 1)
  return hash ^ (hash >>> 15)
}
