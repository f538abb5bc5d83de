// Times of records as RFC 3339 with microseconds: the date is written once a second, all but the microseconds once a millisecond.
import { THREE_DIGITS } from './number-text.ts'

const MICROS: readonly string[] = THREE_DIGITS.map((digits) => `${digits}Z`)

/** Turns milliseconds since the epoch, with fraction, into text. */
export function createTimestampWriter(): (epochMs: number) => string {
  let second = Number.NaN
  let date = ''
  let millisecond = Number.NaN
  let prefix = ''
  return (epochMs) => {
    const whole = Math.floor(epochMs)
    if (whole !== millisecond) {
      millisecond = whole
      const inSeconds = Math.floor(whole / 1000)
      if (inSeconds !== second) {
        second = inSeconds
        date = `${new Date(inSeconds * 1000).toISOString().slice(0, 19)}.`
      }
      prefix = date + (THREE_DIGITS[whole - inSeconds * 1000] as string)
    }
    return prefix + (MICROS[Math.floor((epochMs - whole) * 1000)] as string)
  }
}
