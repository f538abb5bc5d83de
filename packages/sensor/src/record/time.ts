// Times of records as RFC 3339 with microseconds: the date is written once a second.

/** Turns milliseconds since the epoch, with fraction, into text. */
export function createTimestampWriter(): (epochMs: number) => string {
  let second = Number.NaN
  let prefix = ''
  return (epochMs) => {
    const whole = Math.floor(epochMs / 1000)
    if (whole !== second) {
      second = whole
      prefix = `${new Date(whole * 1000).toISOString().slice(0, 19)}.`
    }
    const micros = Math.floor((epochMs - whole * 1000) * 1000)
    return `${prefix}${String(1_000_000 + micros).slice(1)}Z`
  }
}
