// Whether a value is what is expected. Values come as text from files and as numbers from servers: `on`, `yes` and `true` are one
// where a truth value is expected, `64MB` is no number.
import { compileRegex } from '@yagura/lang/regex'
import { hasNoPlainHttp } from './operators/plain-http.ts'
import { hasNoDangerousCommand } from './operators/redis-acl.ts'
import type { Value } from './reading.ts'
import type { Expectation } from './record.ts'

/** Undefined: the value is of a kind that cannot be judged, such as a word where a number is expected. */
export function fits(
  value: Value,
  { op, value: expected }: Expectation,
  quantifier: 'all' | 'any' = 'all',
): boolean | undefined {
  const values = Array.isArray(value) ? value : [value as string | number | boolean]
  switch (op) {
    case 'set':
      return values.length > 0 && values.some((one) => one !== '')
    case 'unset':
      return values.length === 0
    case 'empty':
      return values.every((one) => one === '')
    case 'has':
      return words(expected).every((word) => values.some((one) => hasWord(one, word)))
    case 'hasnot':
      return !words(expected).some((word) => values.some((one) => hasWord(one, word)))
    case 'count_eq':
    case 'count_le': {
      const count = Array.isArray(value) ? value.length : Number(value)
      if (Number.isNaN(count)) return undefined
      return op === 'count_eq' ? count === Number(expected) : count <= Number(expected)
    }
  }
  const judged = values.map((one) => fitsOne(String(one), op, expected))
  if (judged.includes(undefined)) return undefined
  // What must not be there is not there in any; the empty list has nothing wrong in it.
  return quantifier === 'any' && op !== 'ne' && op !== 'notin' && op !== 'notmatch'
    ? judged.some(Boolean)
    : judged.every(Boolean)
}

function fitsOne(text: string, op: Expectation['op'], expected: Expectation['value']): boolean | undefined {
  switch (op) {
    case 'eq':
      return isSame(text, expected)
    case 'ne':
      return !isSame(text, expected)
    case 'in':
      return list(expected).some((one) => isSame(text, one))
    case 'notin':
      return !list(expected).some((one) => isSame(text, one))
    case 'ge':
    case 'le':
      return compareNumbers(text, Number(expected), op)
    case 'mode_le':
      return modeFits(text, String(expected))
    case 'match':
    case 'notmatch': {
      // Anywhere in the text, as patterns are read everywhere; only ^ and $ bind them.
      const regex = compileRegex(`(?s:.*)(?:${String(expected)})(?s:.*)`)
      return regex.ok ? regex.value(text) === (op === 'match') : undefined
    }
    case 'no_plain_http_except_loopback':
      return hasNoPlainHttp(text)
    case 'redis_acl_no_dangerous':
      return hasNoDangerousCommand(text, list(expected).map(String))
    case 'date_ge':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text >= String(expected) : undefined
    default:
      return undefined
  }
}

const TRUE = new Set(['on', 'yes', 'true', '1', 'enabled'])
const FALSE = new Set(['off', 'no', 'false', '0', 'disabled'])

function isSame(text: string, expected: unknown): boolean {
  const [left, right] = [text.trim().toLowerCase(), String(expected).trim().toLowerCase()]
  if (left === right) return true
  if (typeof expected === 'boolean') return (expected ? TRUE : FALSE).has(left)
  if (typeof expected === 'number') return left !== '' && Number(left) === expected
  return (TRUE.has(left) && TRUE.has(right)) || (FALSE.has(left) && FALSE.has(right))
}

function compareNumbers(text: string, expected: number, op: 'ge' | 'le'): boolean | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(number)) return undefined
  return op === 'ge' ? number >= expected : number <= expected
}

/** No bit may be set that the bound does not have: 0604 is more open than 0640 although it is the smaller number. */
function modeFits(text: string, bound: string): boolean | undefined {
  const [mode, most] = [Number.parseInt(text, 8), Number.parseInt(bound, 8)]
  return Number.isNaN(mode) || Number.isNaN(most) ? undefined : (mode & ~most & 0o7777) === 0
}

function list(expected: Expectation['value']): readonly (string | number | boolean)[] {
  return Array.isArray(expected) ? expected : expected === undefined ? [] : [expected]
}

function words(expected: Expectation['value']): string[] {
  return list(expected).flatMap((one) => String(one).split(','))
}

function hasWord(value: string | number | boolean, word: string): boolean {
  const wanted = word.trim().toLowerCase()
  return String(value)
    .toLowerCase()
    .split(/[\s,;]+/)
    .includes(wanted)
}
