// string.format of the strings extension: %s %d %f %e %b %o %x %X %% with a precision (cel-go, ext/formatting.go documents the verbs).
import { CelFailure, noOverload } from './error.ts'
import { numberText } from './number-text.ts'
import { charge, chargeText, type Run } from './run.ts'
import { durationText, timestampText } from './time.ts'
import {
  CelDuration,
  type CelList,
  CelOptional,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  isBytes,
  isList,
  isMap,
  typeName,
} from './value.ts'

const MAX_PRECISION = 100

export function formatText(run: Run, template: string, values: CelList): string {
  chargeText(run, template)
  let used = 0
  const text = template.replace(/%(?:\.(\d+))?([\s\S]?)/g, (_, precision: string | undefined, verb: string) => {
    if (verb === '%' && precision === undefined) return '%'
    const value = values[used++]
    if (value === undefined) throw new CelFailure('format() has fewer values than places')
    const digits = precision === undefined ? undefined : Number(precision)
    if (digits !== undefined && digits > MAX_PRECISION) throw new CelFailure(`the precision ${digits} is too large`)
    const written = one(run, verb, value, digits)
    chargeText(run, written)
    return written
  })
  return text
}

function one(run: Run, verb: string, value: CelValue, precision: number | undefined): string {
  switch (verb) {
    case 's':
      return plain(run, value)
    case 'd':
      return special(value) ?? whole(verb, value).toString()
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : whole(verb, value).toString(2)
    case 'o':
      return whole(verb, value).toString(8)
    case 'x':
    case 'X':
      return verb === 'x' ? hex(value) : hex(value).toUpperCase()
    case 'f':
      return special(value) ?? double(verb, value).toFixed(precision ?? 6)
    case 'e':
      return special(value) ?? exponent(double(verb, value).toExponential(precision ?? 6))
    default:
      throw new CelFailure(`format() does not know %${verb}`)
  }
}

function refuse(verb: string, value: CelValue): never {
  throw noOverload(`%${verb} of ${typeName(value)}`)
}

function whole(verb: string, value: CelValue): bigint {
  if (typeof value === 'bigint') return value
  if (value instanceof CelUint) return value.value
  return refuse(verb, value)
}

function double(verb: string, value: CelValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof CelUint) return Number(value.value)
  return refuse(verb, value)
}

function special(value: CelValue): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  return undefined
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

function hex(value: CelValue): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : isBytes(value) ? value : undefined
  if (!bytes) return whole('x', value).toString(16)
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

function plain(run: Run, value: CelValue): string {
  charge(run, 1)
  if (value === null) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return special(value) ?? numberText(value)
  if (value instanceof CelUint) return value.value.toString()
  if (isList(value)) return `[${value.map((item) => plain(run, item)).join(', ')}]`
  if (isMap(value)) {
    const entries = [...value].map(([key, item]) => [String(key), plain(run, item)] as const)
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${key}: ${item}`).join(', ')}}`
  }
  if (isBytes(value)) return new TextDecoder().decode(value)
  if (value instanceof CelTimestamp) return timestampText(value)
  if (value instanceof CelDuration) return durationText(value)
  if (value instanceof CelType) return value.name
  if (value instanceof CelOptional) return refuse('s', value)
  return value.text() ?? refuse('s', value)
}
