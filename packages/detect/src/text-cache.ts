// What was worked out for a text, found again by its length and its end: the same paths come again and again, and most of what makes
// one differ from another is at its end. Sets of four, the one asked last in front: bounded, nothing is cleaned up, and an answer costs
// a tenth of a Map's, which lies all over the memory.

const WAYS = 4

/** `slots` is a power of two, and at least four. */
export function createTextCache<Value>(slots: number, make: (text: string) => Value): (text: string) => Value {
  const keys: (string | undefined)[] = new Array<string | undefined>(slots).fill(undefined)
  const values: (Value | undefined)[] = new Array<Value | undefined>(slots).fill(undefined)
  const mask = slots - WAYS
  let lastText: string | undefined
  let last: Value | undefined

  /** Moves those before `way` one place back. */
  function toFront(first: number, way: number, text: string, value: Value): Value {
    for (let at = first + way; at > first; at--) {
      keys[at] = keys[at - 1]
      values[at] = values[at - 1]
    }
    keys[first] = text
    values[first] = value
    return value
  }

  function find(text: string): Value {
    const first = slotOf(text) & mask
    if (keys[first] === text) return values[first] as Value
    for (let way = 1; way < WAYS; way++) {
      if (keys[first + way] === text) return toFront(first, way, text, values[first + way] as Value)
    }
    return toFront(first, WAYS - 1, text, make(text))
  }

  return (text) => {
    // one event asks several times
    if (text !== lastText) {
      last = find(text)
      lastText = text
    }
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
  return (hash ^ (hash >>> 15)) << 2
}
