// A condition as one closure: operators are chosen once, values are prepared once, a field is read only when its test is reached.
import { type Result, unwrap } from '@yagura/kernel/result'
import { SEVERITIES } from '@yagura/schema/severities'
import { compileNetwork } from './address.ts'
import type { Comparison, Condition, Exists, FieldUse, Membership, Scalar } from './ast.ts'
import { ConditionError } from './error.ts'
import type { FieldType } from './fields.ts'
import { compileGlob } from './glob.ts'
import { applyTransforms } from './transform.ts'

/** Times as RFC 3339 or milliseconds; lists as arrays of strings; null or undefined where there is nothing. */
export type FieldValue = Scalar | readonly string[] | null | undefined
export type Getter<T> = (subject: T) => FieldValue
export type Getters<T> = Readonly<Record<string, Getter<T>>>
/** For fields with arguments: what reads this use of the field, or undefined where there is no such field. */
export type GetterOf<T> = (use: FieldUse) => Getter<T> | undefined
export type Predicate<T> = (subject: T) => boolean
export type RegexCompiler = (pattern: string) => Result<(text: string) => boolean, ConditionError>

type RegexOption = Pick<CompileOptions<never>, 'regex'>

export interface CompileOptions<T> {
  /** A faster way to make some tests; undefined leaves the test to this compiler. */
  readonly test?: (test: Comparison | Membership | Exists) => Predicate<T> | undefined
  /** Asked for every part of the condition, so that parts which conditions share are made once. */
  readonly part?: (condition: Condition, make: () => Predicate<T>) => Predicate<T>
  /** `compileRegex` of '@yagura/lang/regex'; without it a condition with `regex` is refused. */
  readonly regex?: RegexCompiler
}

/** Throws ConditionError for a field without a getter, a wrong pattern, or `regex` without a compiler. */
export function compileCondition<T>(
  condition: Condition,
  getters: Getters<T> | GetterOf<T>,
  options: CompileOptions<T> = {},
): Predicate<T> {
  const make = () => compilePart(condition, getters, options)
  return options.part ? options.part(condition, make) : make()
}

function compilePart<T>(
  condition: Condition,
  getters: Getters<T> | GetterOf<T>,
  options: CompileOptions<T>,
): Predicate<T> {
  switch (condition.kind) {
    case 'and':
      return all(condition.operands.map((operand) => compileCondition(operand, getters, options)))
    case 'or':
      return any(condition.operands.map((operand) => compileCondition(operand, getters, options)))
    case 'not': {
      const operand = compileCondition(condition.operand, getters, options)
      return (subject) => !operand(subject)
    }
    default:
      return options.test?.(condition) ?? compileTest(condition, getters, options)
  }
}

function all<T>(operands: readonly Predicate<T>[]): Predicate<T> {
  const [first, second] = operands
  if (operands.length === 2 && first && second) return (subject) => first(subject) && second(subject)
  return (subject) => {
    for (const operand of operands) if (!operand(subject)) return false
    return true
  }
}

function any<T>(operands: readonly Predicate<T>[]): Predicate<T> {
  const [first, second] = operands
  if (operands.length === 2 && first && second) return (subject) => first(subject) || second(subject)
  return (subject) => {
    for (const operand of operands) if (operand(subject)) return true
    return false
  }
}

function compileTest<T>(
  test: Comparison | Membership | Exists,
  getters: Getters<T> | GetterOf<T>,
  options: RegexOption,
): Predicate<T> {
  const get = getterOf(test, getters)
  if (test.kind === 'exists') return (subject) => isPresent(get(subject))
  if (test.kind === 'comparison' && test.against) return compileFieldTest(test, get, getterOf(test.against, getters))
  if (test.type === 'list') return compileListTest(test, get, options)
  const positive = test.operator === '!=' ? { ...test, operator: '=' as const } : test
  const manyValued = test.type === 'several' || test.type === 'address'
  const check = checkOf(manyValued ? positive : test, options)
  if (manyValued) return anyOf(get, check, positive !== test)
  return (subject) => {
    const value = get(subject)
    return value !== null && value !== undefined && check(value)
  }
}

function checkOf(test: Comparison | Membership, options: RegexOption): (value: FieldValue) => boolean {
  if (test.type === 'address') return checkNetworks(test.kind === 'membership' ? test.values : [test.value])
  return test.kind === 'membership' ? checkMembership(test) : checkComparison(test, options)
}

/** One of the values passes; negated: there are values, and none passes. */
function anyOf<T>(get: Getter<T>, check: (value: FieldValue) => boolean, negated: boolean): Predicate<T> {
  return (subject) => {
    const value = get(subject)
    if (value === null || value === undefined) return false
    if (!Array.isArray(value)) return check(value) !== negated
    return value.length > 0 && value.some(check) !== negated
  }
}

function checkNetworks(values: readonly Scalar[]): (value: FieldValue) => boolean {
  const networks = values.map((value) => compileNetwork(String(value)))
  return (value) => networks.some((network) => network?.(String(value)))
}

function compileFieldTest<T>(test: Comparison, left: Getter<T>, right: Getter<T>): Predicate<T> {
  return (subject) => {
    const value = left(subject)
    const other = right(subject)
    if (!isPresent(value) || !isPresent(other) || Array.isArray(other)) return false
    const check = checkComparison({ ...test, value: other as Scalar }, {})
    return Array.isArray(value) ? value.some(check) : check(value)
  }
}

function getterOf<T>(use: FieldUse, getters: Getters<T> | GetterOf<T>): Getter<T> {
  const get =
    typeof getters === 'function' ? getters(use) : Object.hasOwn(getters, use.field) ? getters[use.field] : undefined
  if (!get) throw new ConditionError(`The field ${use.field} cannot be tested here.`, 0, 0)
  const { transforms = [] } = use
  return transforms.length === 0 ? get : (subject) => applyTransforms(get(subject), transforms)
}

/** A list passes when one of its elements does; `!=` when none is equal; `in` when all are (Falco: the subset). */
function compileListTest<T>(
  test: Comparison | Membership,
  get: (subject: T) => FieldValue,
  options: RegexOption,
): Predicate<T> {
  const negated = test.kind === 'comparison' && test.operator === '!='
  const positive = negated ? { ...test, operator: '=' as const } : test
  const check =
    positive.kind === 'membership' ? checkMembership(positive) : checkComparison(positive as Comparison, options)
  const quantifier = test.operator === 'in' ? 'every' : 'some'
  return (subject) => {
    const value = get(subject)
    if (!Array.isArray(value) || value.length === 0) return false
    return value[quantifier](check) !== negated
  }
}

function checkMembership({ operator, type, values }: Membership): (value: FieldValue) => boolean {
  if (operator === 'pmatch') return pathMatcher(values.map(String))
  const wanted = new Set<unknown>(values)
  return type === 'number' || type === 'boolean' ? (value) => wanted.has(value) : (value) => wanted.has(String(value))
}

function checkComparison({ operator, type, value: written }: Comparison, options: RegexOption) {
  const text = String(written)
  switch (operator) {
    case 'contains':
      return (value: FieldValue) => String(value).includes(text)
    case 'icontains': {
      const lower = text.toLowerCase()
      return (value: FieldValue) => lowerOf(String(value)).includes(lower)
    }
    case 'startswith':
      return (value: FieldValue) => String(value).startsWith(text)
    case 'endswith':
      return (value: FieldValue) => String(value).endsWith(text)
    case 'iglob': {
      const glob = compileGlob(text.toLowerCase())
      return (value: FieldValue) => glob(lowerOf(String(value)))
    }
    case 'bcontains':
    case 'bstartswith': {
      const bytes = bytesOfHex(text)
      return operator === 'bcontains'
        ? (value: FieldValue) => String(value).includes(bytes)
        : (value: FieldValue) => String(value).startsWith(bytes)
    }
    case 'glob': {
      const glob = compileGlob(text)
      return (value: FieldValue) => glob(String(value))
    }
    case 'regex': {
      if (!options.regex) throw new ConditionError('Regular expressions cannot be used here.', 0, 0)
      const regex = unwrap(options.regex(text))
      return (value: FieldValue) => regex(String(value))
    }
    default:
      return checkOrder(operator, type, written)
  }
}

let lastText = ''
let lastLower = ''

/** One text is asked for several patterns, one after the other. */
function lowerOf(text: string): string {
  if (text !== lastText) {
    lastText = text
    lastLower = text.toLowerCase()
  }
  return lastLower
}

/** Falco writes bytes in hexadecimal; text is compared as its UTF-8 decoding. */
function bytesOfHex(text: string): string {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) {
    throw new ConditionError('bcontains and bstartswith want pairs of hexadecimal digits.', 0, 0)
  }
  const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return new TextDecoder().decode(bytes)
}

function checkOrder(operator: '=' | '!=' | '<' | '<=' | '>' | '>=', type: FieldType, written: Scalar) {
  const order = ORDER_OF[type]
  const bound = order(written)
  switch (operator) {
    case '=':
      return (value: FieldValue) => order(value) === bound
    case '!=':
      return (value: FieldValue) => order(value) !== bound
    case '<':
      return (value: FieldValue) => order(value) < bound
    case '<=':
      return (value: FieldValue) => order(value) <= bound
    case '>':
      return (value: FieldValue) => order(value) > bound
    case '>=':
      return (value: FieldValue) => order(value) >= bound
  }
}

const RANKS: ReadonlyMap<unknown, number> = new Map(SEVERITIES.map((name, rank) => [name, rank]))

/** The value as something that JavaScript compares as the type means it. */
const ORDER_OF: Readonly<Record<FieldType, (value: FieldValue) => string | number | boolean>> = {
  string: String,
  list: String,
  several: String,
  address: String,
  number: Number,
  boolean: Boolean,
  severity: (value) => RANKS.get(value) ?? -1,
  time: (value) => (typeof value === 'number' ? value : Date.parse(String(value))),
}

/** Falco's pmatch: a pattern's path is the value's path or one above it; each component may be a glob. */
function pathMatcher(patterns: readonly string[]): (value: FieldValue) => boolean {
  const literal = patterns.filter((pattern) => !/[*?\\]/.test(pattern)).map((pattern) => pattern.replace(/\/+$/, ''))
  const compiled = patterns
    .filter((pattern) => /[*?\\]/.test(pattern))
    .map((pattern) => components(pattern).map(compileGlob))
  return (value) => {
    const text = String(value).replace(/\/{2,}/g, '/')
    if (literal.some((one) => text.startsWith(one) && (text.length === one.length || text[one.length] === '/'))) {
      return true
    }
    if (compiled.length === 0) return false
    const path = components(text)
    return compiled.some(
      (globs) => globs.length <= path.length && globs.every((glob, index) => glob(path[index] ?? '')),
    )
  }
}

function components(path: string): string[] {
  return path.split('/').filter((part, index) => part !== '' || index === 0)
}

function isPresent(value: FieldValue): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
}
