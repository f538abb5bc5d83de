// One written value → a value of the field's type, or the sentence that says what was expected.
import { err, ok, type Result } from '@yagura/kernel/result'
import { SEVERITIES } from '@yagura/schema/severities'
import { compileNetwork } from './address.ts'
import type { Operator, Scalar } from './ast.ts'
import type { FieldSpec } from './fields.ts'
import { nearest } from './nearest.ts'

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?|0x[0-9a-f]{1,13})$/i
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/i
const WHOLE_VALUE: readonly Operator[] = ['=', '!=', 'in', 'intersects', '<', '<=', '>', '>=']

export function readValue(text: string, field: FieldSpec, operator: Operator): Result<Scalar, string> {
  switch (field.type) {
    case 'number':
      return NUMBER.test(text) ? ok(Number(text)) : err(`a number is expected, not ${quote(text)}`)
    case 'boolean':
      return text === 'true' || text === 'false'
        ? ok(text === 'true')
        : err(`true or false is expected, not ${quote(text)}`)
    case 'time': {
      const ms = TIME.test(text) ? Date.parse(text) : Number.NaN
      return Number.isNaN(ms)
        ? err(`a time such as 2026-11-23 or 2026-11-23T08:00:00Z is expected, not ${quote(text)}`)
        : ok(new Date(ms).toISOString())
    }
    case 'severity':
      return oneOf(text, SEVERITIES)
    case 'address':
      return compileNetwork(text) ? ok(text) : err(`an address or a network is expected, not ${quote(text)}`)
    default:
      return field.values && WHOLE_VALUE.includes(operator) ? oneOf(text, field.values) : ok(text)
  }
}

function oneOf(text: string, values: readonly string[]): Result<string, string> {
  if (values.includes(text)) return ok(text)
  const meant = nearest(text, values)
  const shown = values.length > 12 ? `${values.slice(0, 12).join(', ')}, …` : values.join(', ')
  return err(`${quote(text)} is not one of ${shown}${meant ? `; did you mean ${meant}?` : ''}`)
}

/** A written piece in a sentence: short, in quotes. */
export function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`
}
