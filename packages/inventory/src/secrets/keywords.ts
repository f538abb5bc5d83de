// Finds many words in bytes at once, in any case (Aho and Corasick, "Efficient string matching", CACM 18(6), 1975): one table look-up
// for each byte, whatever the number of words, so that files without any cost next to nothing.

export interface Keywords {
  /** Calls back for every word that ends in the bytes: its place in the list and where it starts. */
  find(bytes: Uint8Array, found: (word: number, start: number) => void): void
}

export function createKeywords(words: readonly string[]): Keywords {
  const folded = words.map((word) => Buffer.from(word.toLowerCase(), 'latin1'))
  const { classes, count } = byteClasses(folded)
  const machine = automaton(folded, classes, count)
  // states are numbered so that those with words come last: one comparison tells
  const { table, first, wordsOf } = outputsLast(machine, count)
  return {
    find(bytes, found) {
      let state = 0
      for (let at = 0; at < bytes.length; at++) {
        state = table[state + (classes[bytes[at] as number] as number)] as number
        if (state < first) continue
        for (const word of wordsOf.get(state) ?? []) found(word, at + 1 - (folded[word] as Buffer).length)
      }
    },
  }
}

/** Bytes that stand in no word are one class, and a capital letter is in that of its small one. */
function byteClasses(words: readonly Buffer[]): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(256)
  let count = 1
  for (const word of words)
    for (const byte of word) {
      if (classes[byte] !== 0) continue
      classes[byte] = count
      if (byte >= 0x61 && byte <= 0x7a) classes[byte - 32] = count
      count++
    }
  return { classes, count }
}

interface Automaton {
  /** state → class → state */
  readonly next: number[][]
  readonly outputs: number[][]
}

function automaton(words: readonly Buffer[], classes: Uint8Array, count: number): Automaton {
  const next: number[][] = [new Array(count).fill(-1)]
  const outputs: number[][] = [[]]
  for (const [at, word] of words.entries()) {
    let state = 0
    for (const byte of word) {
      const row = next[state] as number[]
      const step = classes[byte] as number
      if (row[step] === -1) {
        row[step] = next.length
        next.push(new Array(count).fill(-1))
        outputs.push([])
      }
      state = row[step] as number
    }
    outputs[state]?.push(at)
  }
  const fail = new Array(next.length).fill(0)
  const queue: number[] = []
  const root = next[0] as number[]
  for (let step = 0; step < count; step++) {
    if (root[step] === -1) root[step] = 0
    else queue.push(root[step] as number)
  }
  for (const state of queue) {
    const row = next[state] as number[]
    const back = next[fail[state]] as number[]
    outputs[state]?.push(...(outputs[fail[state]] ?? []))
    for (let step = 0; step < count; step++) {
      const to = row[step] as number
      if (to === -1) row[step] = back[step] as number
      else {
        fail[to] = back[step]
        queue.push(to)
      }
    }
  }
  return { next, outputs }
}

function outputsLast({ next, outputs }: Automaton, count: number) {
  const order = [...next.keys()].sort((a, b) => Number(hasOutput(outputs, a)) - Number(hasOutput(outputs, b)) || a - b)
  const placeOf = new Map(order.map((state, place) => [state, place * count]))
  const table = new Uint32Array(next.length * count)
  const wordsOf = new Map<number, readonly number[]>()
  let first = table.length
  for (const [place, state] of order.entries()) {
    for (let step = 0; step < count; step++) table[place * count + step] = placeOf.get(next[state]?.[step] ?? 0) ?? 0
    if (!hasOutput(outputs, state)) continue
    first = Math.min(first, place * count)
    wordsOf.set(place * count, outputs[state] ?? [])
  }
  return { table, first, wordsOf }
}

function hasOutput(outputs: readonly number[][], state: number): boolean {
  return (outputs[state]?.length ?? 0) > 0
}
