// Timestamps and durations as text, and the fields of a timestamp in a time zone (cel-spec, doc/langdef.md, "Abstract Types").
import { CelFailure } from './error.ts'
import { CelDuration, CelTimestamp } from './value.ts'

const BILLION = 1_000_000_000n
const MIN_TIMESTAMP = -62_135_596_800n * BILLION
const MAX_TIMESTAMP = 253_402_300_800n * BILLION - 1n
const MAX_DURATION = (1n << 63n) - 1n
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: BILLION,
  m: 60n * BILLION,
  h: 3600n * BILLION,
}

export function timestamp(nanoseconds: bigint): CelTimestamp {
  if (nanoseconds < MIN_TIMESTAMP || nanoseconds > MAX_TIMESTAMP) throw new CelFailure('timestamp out of range')
  return new CelTimestamp(nanoseconds)
}

export function duration(nanoseconds: bigint): CelDuration {
  if (nanoseconds > MAX_DURATION || nanoseconds < -MAX_DURATION - 1n) throw new CelFailure('duration out of range')
  return new CelDuration(nanoseconds)
}

/** RFC 3339, and nothing wider. */
export function parseTimestamp(text: string): CelTimestamp {
  const found = RFC3339.exec(text)
  if (!found) throw new CelFailure(`not a timestamp: ${text.slice(0, 64)}`)
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = found
  const parts = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(parts[0], parts[1] - 1, parts[2])
  date.setUTCHours(parts[3], parts[4], parts[5], 0)
  const same = date.getUTCMonth() === parts[1] - 1 && date.getUTCDate() === parts[2]
  if (!same || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
    throw new CelFailure(`not a timestamp: ${text.slice(0, 64)}`)
  const offset = zone.toUpperCase() === 'Z' ? 0 : offsetMinutes(zone)
  const seconds = BigInt(date.getTime() / 1000 - offset * 60)
  return timestamp(seconds * BILLION + BigInt((fraction ?? '').padEnd(9, '0')))
}

function offsetMinutes(zone: string): number {
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

export function timestampText({ nanoseconds }: CelTimestamp): string {
  const fraction = ((nanoseconds % BILLION) + BILLION) % BILLION
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n))
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`
  const text = date.toISOString().replace(/\.\d+Z$/, '')
  return `${text}${digits}Z`
}

/** As Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`. */
export function parseDuration(text: string): CelDuration {
  const found = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(text)
  if (!found && !/^[+-]?0$/.test(text)) throw new CelFailure(`not a duration: ${text.slice(0, 64)}`)
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit] ?? 1n
    const shortFraction = fraction.slice(0, 18)
    total += BigInt(whole || '0') * scale
    total += (BigInt(shortFraction || '0') * scale) / 10n ** BigInt(shortFraction.length)
  }
  return duration(text.startsWith('-') ? -total : total)
}

/** In seconds, as cel-go writes it. */
export function durationText({ nanoseconds }: CelDuration): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const positive = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const fraction = (positive % BILLION).toString().padStart(9, '0').replace(/0+$/, '')
  return `${sign}${positive / BILLION}${fraction === '' ? '' : `.${fraction}`}s`
}

export type TimeField =
  | 'year'
  | 'month'
  | 'date'
  | 'dayOfMonth'
  | 'dayOfWeek'
  | 'dayOfYear'
  | 'hours'
  | 'minutes'
  | 'seconds'
  | 'milliseconds'

/** `zone`: a name of the IANA database or a fixed offset such as -08:00; UTC where it is left out. */
export function timestampField({ nanoseconds }: CelTimestamp, field: TimeField, zone: string | undefined): number {
  const milliseconds = Number(nanoseconds / 1_000_000n) - (nanoseconds % 1_000_000n < 0n ? 1 : 0)
  const date = new Date(milliseconds + zoneOffsetMs(milliseconds, zone))
  switch (field) {
    case 'year':
      return date.getUTCFullYear()
    case 'month':
      return date.getUTCMonth()
    case 'date':
      return date.getUTCDate()
    case 'dayOfMonth':
      return date.getUTCDate() - 1
    case 'dayOfWeek':
      return date.getUTCDay()
    case 'dayOfYear':
      return Math.floor((date.getTime() - startOfYear(date)) / 86_400_000)
    case 'hours':
      return date.getUTCHours()
    case 'minutes':
      return date.getUTCMinutes()
    case 'seconds':
      return date.getUTCSeconds()
    case 'milliseconds':
      return date.getUTCMilliseconds()
  }
}

function startOfYear(date: Date): number {
  const start = new Date(0)
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1)
  return start.getTime()
}

function zoneOffsetMs(milliseconds: number, zone: string | undefined): number {
  if (zone === undefined || zone === '' || zone === 'UTC') return 0
  const fixed = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone)
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(new Date(milliseconds))
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return local - Math.floor(milliseconds / 1000) * 1000
  } catch {
    throw new CelFailure(`not a time zone: ${zone.slice(0, 64)}`)
  }
}
