// JSON and CEL values. Whole numbers become int, as Kubernetes decodes them; all others double.
import { CelFailure } from './error.ts'
import { durationText, timestampText } from './time.ts'
import {
  CelDuration,
  type CelKey,
  CelOptional,
  CelTimestamp,
  CelUint,
  type CelValue,
  intOf,
  isList,
  isMap,
} from './value.ts'

const MAX_DEPTH = 512

export function celFromJson(json: unknown, depth = 0): CelValue {
  if (depth > MAX_DEPTH) throw new CelFailure(`the value is nested deeper than ${MAX_DEPTH} levels`)
  switch (typeof json) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return json
    case 'number':
      return Number.isSafeInteger(json) ? (json >= 0 ? intOf(json) : BigInt(json)) : json
    case 'object':
      break
    default:
      return null
  }
  if (json === null) return null
  if (Array.isArray(json)) return json.map((one) => celFromJson(one, depth + 1))
  if (json instanceof Date) return Number.isNaN(json.getTime()) ? null : json.toISOString()
  const map = new Map<CelKey, CelValue>()
  for (const key of Object.keys(json)) map.set(key, celFromJson((json as Record<string, unknown>)[key], depth + 1))
  return map
}

/** For messages and audit annotations. Integers outside of JavaScript's exact range become text. */
export function jsonFromCel(value: CelValue, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new CelFailure(`the value is nested deeper than ${MAX_DEPTH} levels`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (isList(value)) return value.map((one) => jsonFromCel(one, depth + 1))
  if (isMap(value))
    return Object.fromEntries([...value].map(([key, one]) => [String(key), jsonFromCel(one, depth + 1)]))
  if (value instanceof CelUint) return jsonFromCel(value.value)
  if (value instanceof CelTimestamp) return timestampText(value)
  if (value instanceof CelDuration) return durationText(value)
  if (value instanceof CelOptional) return value.value === undefined ? null : jsonFromCel(value.value, depth + 1)
  if (value instanceof Uint8Array) return base64(value)
  if ('name' in value) return value.name
  return value.text() ?? value.typeName
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
