// Time of an event as a number. Events of one second share all but the fraction: the last second is remembered.

export type ReadTime = (at: string) => number

/** RFC 3339 in UTC, as all events carry it: `2026-01-02T03:04:05.678Z`. */
export function createTimeReader(): ReadTime {
  let second = ''
  let secondMs = 0
  return (at) => {
    if (second !== '' && at.startsWith(second)) return secondMs + fraction(at)
    const ms = Date.parse(at)
    if (Number.isNaN(ms)) return secondMs
    if (at.length >= 20) {
      second = at.slice(0, 19)
      secondMs = Math.floor(ms / 1000) * 1000
    }
    return ms
  }
}

function fraction(at: string): number {
  if (at.charCodeAt(19) !== 0x2e) return 0
  let value = 0
  let unit = 100
  for (let index = 20; index < at.length; index++) {
    const digit = at.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) break
    value += digit * unit
    unit /= 10
  }
  return value
}
