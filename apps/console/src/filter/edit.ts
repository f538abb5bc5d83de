// Changes a click makes to the text of a filter: the text stays the one truth, in the words a person would type.
import {
  type Condition,
  type Fields,
  type FieldType,
  parseCondition,
  printCondition,
  printValue,
  type Scalar,
} from '@yagura/lang'

/** The tests that all must hold: operands of a top-level `and`, or the one test. */
function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.operands : [condition]
}

function join(tests: readonly Condition[]): string {
  if (tests.length === 0) return ''
  if (tests.length === 1) return printCondition(tests[0] as Condition)
  return printCondition({ kind: 'and', operands: tests })
}

function parse(text: string, fields: Fields): readonly Condition[] | undefined {
  if (text.trim() === '') return []
  const parsed = parseCondition(text, fields)
  return parsed.ok ? conjuncts(parsed.value) : undefined
}

/** `field = x` and `field in (x, y)` as the values they allow. */
function allowed(test: Condition, field: string): readonly Scalar[] | undefined {
  if (test.kind === 'comparison' && test.field === field && test.operator === '=') return [test.value]
  if (test.kind === 'membership' && test.field === field && test.operator === 'in') return test.values
  return undefined
}

/** Values of a field that the filter picks; empty when it does not speak about the field that plainly. */
export function chosenValues(text: string, field: string, fields: Fields): readonly string[] {
  for (const test of parse(text, fields) ?? []) {
    const values = allowed(test, field)
    if (values) return values.map(String)
  }
  return []
}

/** The filter with one value of a field picked or let go. A filter that cannot be read is kept and extended. */
export function toggleValue(text: string, field: string, value: string, fields: Fields): string {
  const type = fields[field]?.type ?? 'string'
  const tests = parse(text, fields)
  if (!tests) return `(${text}) and ${field} = ${printValue(value)}`
  const at = tests.findIndex((test) => allowed(test, field))
  const before = at < 0 ? [] : (allowed(tests[at] as Condition, field) ?? []).map(String)
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value]
  const test = testFor(field, type, after)
  const kept = at < 0 ? [...tests, ...test] : [...tests.slice(0, at), ...test, ...tests.slice(at + 1)]
  return join(kept)
}

function testFor(field: string, type: FieldType, values: readonly string[]): Condition[] {
  const scalars = values.map((value) => scalar(type, value))
  if (scalars.length === 0) return []
  if (scalars.length === 1 || type === 'boolean')
    return [{ kind: 'comparison', field, type, operator: '=', value: scalars.at(-1) as Scalar }]
  return [{ kind: 'membership', field, type, operator: 'in', values: scalars }]
}

function scalar(type: string, value: string): Scalar {
  if (type === 'number') return Number(value)
  if (type === 'boolean') return value === 'true'
  return value
}

/** Plain words typed into a filter line mean "the name contains this"; what reads as a condition is left as it is. */
export function understood(text: string, fields: Fields, wordField: string): string {
  const trimmed = text.trim()
  if (trimmed === '' || parse(trimmed, fields)) return trimmed
  const looksLikeCondition = /[=<>()"]|\s(contains|icontains|startswith|endswith|glob|regex|in|exists)(\s|$)/i
  if (looksLikeCondition.test(trimmed) || Object.hasOwn(fields, trimmed.split(/\s/)[0] ?? '')) return trimmed
  return `${wordField} icontains ${printValue(trimmed)}`
}
