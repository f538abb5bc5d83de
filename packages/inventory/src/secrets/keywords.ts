// Finds many words in bytes at once, in any case. Wherever a word of three bytes or more stands, three of its first four bytes start at
// an even place; only there, a table is asked whether any word has these three (after Wu and Manber, "A fast algorithm for
// multi-pattern searching", TR-94-17, 1994). No step waits for the one before, and files without any word cost next to nothing.

export interface Keywords {
  /** Calls back for every word in the bytes, in the order of their ends, longer ones first: its place in the list and where it starts. */
  find(bytes: Uint8Array, found: (word: number, start: number) => void): void
}

const MAX_WORDS = 1024
const MAX_WORD_BYTES = 63
/** Numbers that sort by end, then by length from long to short, then by word. */
const LENGTH_UNIT = MAX_WORDS
const END_UNIT = LENGTH_UNIT * (MAX_WORD_BYTES + 1)

/** What three bytes may be: the first of a word, or those behind its first. */
const FIRST = 1
const BEHIND_FIRST = 2

/** Words of two bytes must be few: each costs a search of its own. */
export function createKeywords(words: readonly string[]): Keywords {
  const folded = words.map((word) => Buffer.from(word.toLowerCase(), 'latin1'))
  if (folded.length > MAX_WORDS || folded.some(({ length }) => length < 2 || length > MAX_WORD_BYTES))
    throw new RangeError('Keywords have 2 to 63 bytes, and there are at most 1024 of them.')
  const { samples, listOf, lists } = tablesOf(folded)
  const ofTwo = [...folded.keys()].filter((word) => (folded[word] as Buffer).length === 2)

  function find(bytes: Uint8Array, found: (word: number, start: number) => void): void {
    const hits: number[] = []
    const note = (word: number, start: number) => {
      const text = folded[word] as Buffer
      if (!standsAt(bytes, text, start)) return
      hits.push((start + text.length) * END_UNIT + (MAX_WORD_BYTES - text.length) * LENGTH_UNIT + word)
    }
    const noteStart = (list: number, start: number) => {
      for (const word of lists[list] as readonly number[]) note(word, start)
    }
    // even in memory, so that two bytes are read at once
    const parity = bytes.byteOffset & 1
    const count = Math.max(0, (bytes.length - parity) >> 1)
    const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset + parity, count)
    let before = parity === 1 ? (bytes[0] as number) << 8 : 0
    let pair = pairs[0] ?? 0
    for (let index = 1; index < count; index++) {
      const next = pairs[index] as number
      const sample = samples[hashOfThree(pair | ((next & 0xff) << 16))] as number
      if (sample !== 0) {
        const at = parity + 2 * (index - 1)
        if (sample & BEHIND_FIRST) {
          const list = listOf[hashOfFour((before >> 8) | (pair << 8) | (next << 24))] as number
          if (list !== 0) noteStart(list, at - 1)
        }
        if (sample & FIRST) {
          const list = listOf[hashOfFour(pair | (next << 16))] as number
          if (list !== 0) noteStart(list, at)
        }
      }
      before = pair
      pair = next
    }
    // those whose sample is cut off
    for (let start = Math.max(0, parity + 2 * count - 3); start < bytes.length - 2; start++)
      noteStart(listOf[hashOfFour(fourAt(bytes, start))] as number, start)
    for (const word of ofTwo) eachSecond(bytes, folded[word] as Buffer, (start) => note(word, start))
    if (hits.length > 1) hits.sort((a, b) => a - b)
    for (const hit of hits) {
      const word = hit % MAX_WORDS
      found(word, Math.floor(hit / END_UNIT) - (folded[word] as Buffer).length)
    }
  }
  return { find }
}

/** Letters of either case are one; that some other characters become one too does no harm. */
function hashOfThree(bytes: number): number {
  return Math.imul(bytes | 0x202020, 0x9e3779b1) >>> 16
}

function hashOfFour(bytes: number): number {
  return Math.imul(bytes | 0x20202020, 0x85ebca6b) >>> 16
}

/** What lies behind the end counts as 0. */
function fourAt(bytes: Uint8Array, start: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(start, start + 4)
  return a | (b << 8) | (c << 16) | (d << 24)
}

function tablesOf(words: readonly Buffer[]) {
  const samples = new Uint8Array(1 << 16)
  const listOf = new Uint16Array(1 << 16)
  const lists: number[][] = [[]]
  const mark = (three: readonly number[], what: number) => {
    const [a = 0, b = 0, c = 0] = three
    const hash = hashOfThree(a | (b << 8) | (c << 16))
    samples[hash] = (samples[hash] as number) | what
  }
  for (const [word, bytes] of words.entries()) {
    if (bytes.length < 3) continue
    const [a = 0, b = 0, c = 0] = bytes
    mark([a, b, c], FIRST)
    for (const d of bytes.length > 3 ? bytes.subarray(3, 4) : ANY_BYTE) {
      mark([b, c, d], BEHIND_FIRST)
      const hash = hashOfFour(a | (b << 8) | (c << 16) | (d << 24))
      if (listOf[hash] === 0) listOf[hash] = lists.push([]) - 1
      lists[listOf[hash] as number]?.push(word)
    }
  }
  return { samples, listOf, lists }
}

/** Each, in one of its cases. */
const ANY_BYTE = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => (byte & 0x20) !== 0)

function standsAt(bytes: Uint8Array, word: Buffer, start: number): boolean {
  if (start < 0 || start + word.length > bytes.length) return false
  for (let at = 0; at < word.length; at++) {
    const byte = bytes[start + at] as number
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== word[at]) return false
  }
  return true
}

/** Starts of what may be a word of two bytes: where the second of them stands. */
function eachSecond(bytes: Uint8Array, word: Buffer, found: (start: number) => void): void {
  const second = word[1] as number
  const isLetter = second >= 0x61 && second <= 0x7a
  for (const byte of isLetter ? [second, second & ~0x20] : [second])
    for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found(at - 1)
}
