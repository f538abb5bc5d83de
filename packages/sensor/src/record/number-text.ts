// Numbers to text: the engine's own way makes a new string digit by digit each time, which is most of what an id costs.

/** `000` to `999`. */
export const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'))

/** Whole numbers that come one after the other: all but the last three digits are kept. */
export interface Counting {
  high: number
  prefix: string
  text: string
}

export function startCounting(prefix: string): Counting {
  return { high: 0, prefix, text: prefix }
}

/** `prefix` and the number. */
export function counted(counting: Counting, number: number): string {
  const high = Math.floor(number / 1000)
  if (high === 0) return counting.prefix + String(number)
  if (high !== counting.high) {
    counting.high = high
    counting.text = counting.prefix + String(high)
  }
  return counting.text + (THREE_DIGITS[number - high * 1000] as string)
}

/** Remembers whole numbers below 2^53 that come again and again, inodes say. Direct-mapped; `slots` is a power of two. */
export function rememberingNumbers(slots: number): (number: number) => string {
  const keys = new Float64Array(slots)
  const texts: string[] = new Array(slots).fill('0')
  return (number) => {
    const slot = (Math.imul(number | 0, 0x9e3779b1) >>> 12) & (slots - 1)
    if (keys[slot] === number) return texts[slot] as string
    const text = String(number)
    keys[slot] = number
    texts[slot] = text
    return text
  }
}
