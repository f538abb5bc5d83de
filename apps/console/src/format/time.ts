// Times as people read them: relative for the eye, absolute for the record.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['second', SECOND, MINUTE],
  ['minute', MINUTE, HOUR],
  ['hour', HOUR, DAY],
  ['day', DAY, 30 * DAY],
  ['month', 30.44 * DAY, 365 * DAY],
  ['year', 365.25 * DAY, Number.POSITIVE_INFINITY],
]

const relativeFormats = new Map<string, Intl.RelativeTimeFormat>()
const absoluteFormats = new Map<string, Intl.DateTimeFormat>()

/** `3 min ago`, `in 2 days`; under five seconds `now`. */
export function relativeTime(atMs: number, nowMs: number, locale: string): string {
  let format = relativeFormats.get(locale)
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
    relativeFormats.set(locale, format)
  }
  const distance = atMs - nowMs
  const size = Math.abs(distance)
  if (size < 5 * SECOND) return format.format(0, 'second')
  for (const [unit, unitMs, untilMs] of STEPS)
    if (size < untilMs) return format.format(Math.sign(distance) * Math.floor(size / unitMs), unit)
  return ''
}

/** Date and time to the second in a zone (empty: this browser's), with the zone's name. */
export function absoluteTime(atMs: number, locale: string, timeZone: string): string {
  return absoluteFormat(locale, timeZone, 'full').format(atMs)
}

/** Time of day to the millisecond, for rows of one day. */
export function clockTime(atMs: number, locale: string, timeZone: string): string {
  return absoluteFormat(locale, timeZone, 'clock').format(atMs)
}

/** Time of day to the millisecond, with the day in front of it where that is not today. */
export function rowTime(atMs: number, nowMs: number, locale: string, timeZone: string): string {
  const dayOf = absoluteFormat(locale, timeZone, 'day')
  const [day, clock] = [dayOf.format(atMs), clockTime(atMs, locale, timeZone)]
  return day === dayOf.format(nowMs) ? clock : `${day} ${clock}`
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const FORMS = {
  full: { year: 'numeric', month: 'short', day: 'numeric', ...CLOCK, timeZoneName: 'short' },
  clock: { ...CLOCK, fractionalSecondDigits: 3 },
  day: { month: '2-digit', day: '2-digit' },
} as const

function absoluteFormat(locale: string, timeZone: string, form: keyof typeof FORMS): Intl.DateTimeFormat {
  const key = `${form} ${locale} ${timeZone}`
  const known = absoluteFormats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(locale, { ...FORMS[form], ...(timeZone ? { timeZone } : {}) })
  absoluteFormats.set(key, format)
  return format
}
