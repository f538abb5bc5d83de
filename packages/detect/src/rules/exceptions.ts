// Falco's exceptions → text of a condition that is false for what they name.
// Format: falco.org/docs/rules/exceptions. `fields` and `comps` are lists with tuples as values, or one text with plain values.
import { printValue } from '@yagura/lang'
import { arrayOf, isRecord } from './collect.ts'

const LIST_COMPARISONS: ReadonlySet<string> = new Set(['in', 'pmatch', 'intersects'])

export interface ExceptionProblem {
  readonly message: string
}

/** '' where there are no values; throws ExceptionProblem. */
export function exceptionsCondition(exceptions: unknown): string {
  const parts = arrayOf(exceptions).flatMap(oneException)
  return parts.length === 0 ? '' : `not (${parts.join(' or ')})`
}

function oneException(exception: unknown): string[] {
  if (!isRecord(exception) || typeof exception.name !== 'string') throw problem('An exception needs a name.')
  const { name, fields, values } = exception
  if (fields === undefined) throw problem(`The exception "${name}" has no fields.`)
  if (!Array.isArray(fields)) {
    const items = arrayOf(values)
    const comparison = String(exception.comps ?? 'in')
    if (items.length === 0) return []
    if (LIST_COMPARISONS.has(comparison))
      return [`${fields} ${comparison} (${items.flatMap(arrayOf).map(print).join(', ')})`]
    return items.map((item) => `${fields} ${comparison} ${print(item)}`)
  }
  const comparisons = exception.comps === undefined ? fields.map(() => '=') : arrayOf(exception.comps)
  if (comparisons.length !== fields.length)
    throw problem(`The exception "${name}" has as many comps as fields, or none.`)
  return arrayOf(values).map((tuple) => {
    const items = arrayOf(tuple)
    if (items.length !== fields.length) throw problem(`Values of the exception "${name}" have one item for each field.`)
    return `(${fields.map((field, at) => test(String(field), String(comparisons[at]), items[at])).join(' and ')})`
  })
}

function test(field: string, comparison: string, value: unknown): string {
  if (!LIST_COMPARISONS.has(comparison)) return `${field} ${comparison} ${print(value)}`
  return `${field} ${comparison} (${arrayOf(value).map(print).join(', ')})`
}

/** Names of lists stay names: Falco lets values be lists. Brackets and quotes of a text are Falco's own writing of a list. */
function print(value: unknown): string {
  const text = String(value)
  if (/^\(.*\)$/s.test(text)) return text.slice(1, -1)
  return /^(["']).*\1$/s.test(text) ? text : printValue(text)
}

function problem(message: string): ExceptionProblem {
  return { message }
}

export function isExceptionProblem(thrown: unknown): thrown is ExceptionProblem {
  return typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'message' in thrown
}
