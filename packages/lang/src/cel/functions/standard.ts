// Conversions and functions of the standard library (cel-spec, doc/langdef.md, "List of Standard Definitions").
import { int64, uint64 } from '../arithmetic.ts'
import { CelFailure, noOverload } from '../error.ts'
import { anything, global, integer, isText, type Library, member, text } from '../function.ts'
import { numberText } from '../number-text.ts'
import { matches } from '../pattern.ts'
import { chargeText } from '../run.ts'
import {
  duration,
  durationText,
  parseDuration,
  parseTimestamp,
  type TimeField,
  timestamp,
  timestampField,
  timestampText,
} from '../time.ts'
import {
  CelDuration,
  CelObject,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  intOf,
  isBytes,
  isList,
  isMap,
  typeName,
} from '../value.ts'
import { codePointCount } from './code-points.ts'

const BILLION = 1_000_000_000n

function size(value: CelValue): bigint {
  if (isText(value)) return intOf(codePointCount(value))
  if (isList(value)) return intOf(value.length)
  if (isMap(value)) return intOf(value.size)
  if (isBytes(value)) return intOf(value.length)
  throw noOverload(`size(${typeName(value)})`)
}

function toInt(value: CelValue): bigint {
  if (typeof value === 'bigint') return value
  if (value instanceof CelUint) return int64(value.value)
  if (typeof value === 'number') {
    if (!(value > -(2 ** 63) && value < 2 ** 63)) throw new CelFailure('integer overflow')
    return BigInt(Math.trunc(value))
  }
  if (isText(value)) {
    if (!/^[+-]?\d{1,40}$/.test(value)) throw new CelFailure(`not an int: ${value.slice(0, 64)}`)
    return int64(BigInt(value.replace('+', '')))
  }
  if (value instanceof CelTimestamp) {
    const rest = ((value.nanoseconds % BILLION) + BILLION) % BILLION
    return (value.nanoseconds - rest) / BILLION
  }
  if (value instanceof CelDuration) return value.nanoseconds
  throw noOverload(`int(${typeName(value)})`)
}

function toUint(value: CelValue): CelUint {
  if (value instanceof CelUint) return value
  if (typeof value === 'bigint') return uint64(value)
  if (typeof value === 'number') {
    if (!(value >= 0 && value < 2 ** 64)) throw new CelFailure('unsigned integer overflow')
    return uint64(BigInt(Math.trunc(value)))
  }
  if (isText(value)) {
    if (!/^\d{1,40}$/.test(value)) throw new CelFailure(`not a uint: ${value.slice(0, 64)}`)
    return uint64(BigInt(value))
  }
  throw noOverload(`uint(${typeName(value)})`)
}

function toDouble(value: CelValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof CelUint) return Number(value.value)
  if (isText(value)) {
    if (/^[+-]?(?:inf|infinity)$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity
    if (/^nan$/i.test(value)) return Number.NaN
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return Number(value)
    throw new CelFailure(`not a double: ${value.slice(0, 64)}`)
  }
  throw noOverload(`double(${typeName(value)})`)
}

function toBool(value: CelValue): boolean {
  if (typeof value === 'boolean') return value
  if (isText(value)) {
    if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true
    if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false
    throw new CelFailure(`not a bool: ${value.slice(0, 64)}`)
  }
  throw noOverload(`bool(${typeName(value)})`)
}

export function toText(value: CelValue): string {
  if (isText(value)) return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (value instanceof CelUint) return value.value.toString()
  if (isBytes(value)) return utf8(value)
  if (value instanceof CelTimestamp) return timestampText(value)
  if (value instanceof CelDuration) return durationText(value)
  const own = value instanceof CelObject ? value.text() : undefined
  if (own !== undefined) return own
  throw noOverload(`string(${typeName(value)})`)
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new CelFailure('the bytes are not UTF-8')
  }
}

function toBytes(value: CelValue): Uint8Array {
  if (isBytes(value)) return value
  if (isText(value)) return new TextEncoder().encode(value)
  throw noOverload(`bytes(${typeName(value)})`)
}

function toTimestamp(value: CelValue): CelTimestamp {
  if (value instanceof CelTimestamp) return value
  if (isText(value)) return parseTimestamp(value)
  return timestamp(integer(value) * BILLION)
}

function toDuration(value: CelValue): CelDuration {
  if (value instanceof CelDuration) return value
  if (isText(value)) return parseDuration(value)
  return duration(integer(value))
}

const isTimestamp = (value: CelValue): value is CelTimestamp => value instanceof CelTimestamp
const isDuration = (value: CelValue): value is CelDuration => value instanceof CelDuration

function field(name: TimeField) {
  return [
    member(1, isTimestamp, (_, time) => intOf(timestampField(time as CelTimestamp, name, undefined))),
    member(2, isTimestamp, (_, time, zone) => intOf(timestampField(time as CelTimestamp, name, text(zone)))),
  ]
}

function part(name: TimeField, unit: bigint, modulus?: bigint) {
  const ofDuration = (value: CelValue) => {
    const whole = (value as CelDuration).nanoseconds / unit
    return modulus === undefined ? whole : whole % modulus
  }
  return [...field(name), member(1, isDuration, (_, value) => ofDuration(value))]
}

export const standard: Library = {
  size: [member(1, anything, (_, value) => size(value)), global(1, (_, value) => size(value))],
  contains: [
    member(2, isText, (run, whole, piece) => {
      chargeText(run, whole as string)
      return (whole as string).includes(text(piece))
    }),
  ],
  startsWith: [member(2, isText, (_, whole, piece) => (whole as string).startsWith(text(piece)))],
  endsWith: [member(2, isText, (_, whole, piece) => (whole as string).endsWith(text(piece)))],
  matches: [
    member(2, isText, (run, whole, pattern) => matches(run, whole as string, text(pattern))),
    global(2, (run, whole, pattern) => matches(run, text(whole), text(pattern))),
  ],
  int: [global(1, (_, value) => toInt(value))],
  uint: [global(1, (_, value) => toUint(value))],
  double: [global(1, (_, value) => toDouble(value))],
  bool: [global(1, (_, value) => toBool(value))],
  string: [global(1, (_, value) => toText(value))],
  bytes: [global(1, (_, value) => toBytes(value))],
  timestamp: [global(1, (_, value) => toTimestamp(value))],
  duration: [global(1, (_, value) => toDuration(value))],
  dyn: [global(1, (_, value) => value)],
  type: [global(1, (_, value) => new CelType(typeName(value)))],
  getFullYear: field('year'),
  getMonth: field('month'),
  getDate: field('date'),
  getDayOfMonth: field('dayOfMonth'),
  getDayOfWeek: field('dayOfWeek'),
  getDayOfYear: field('dayOfYear'),
  getHours: part('hours', 3600n * BILLION),
  getMinutes: part('minutes', 60n * BILLION),
  getSeconds: part('seconds', BILLION),
  getMilliseconds: part('milliseconds', 1_000_000n, 1000n),
}
