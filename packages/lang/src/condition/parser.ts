// Recursive descent over the grammar of Falco's condition language (falcosecurity/libs, userspace/libsinsp/filter/parser.h),
// without macros and lists of rules, and checked against the fields while it is read. Hostile text is expected: see BUDGET.
//
//   or         := and ('or' and)*
//   and        := not ('and' not)*
//   not        := 'not' not | '(' or ')' | test
//   test       := FIELD 'exists' | FIELD comparison VALUE | FIELD ('in'|'intersects'|'pmatch') '(' VALUE (',' VALUE)* ')'
import { err, ok, type Result } from '@yagura/kernel/result'
import { type Condition, LIST_OPERATORS, OPERATORS, type Operator, type Scalar } from './ast.ts'
import { ConditionError } from './error.ts'
import { type FieldSpec, type Fields, fieldNamed, operatorsOf } from './fields.ts'
import { type Token, tokenize } from './lexer.ts'
import { nearest } from './nearest.ts'
import { quote, readValue } from './value.ts'

/** Enough for anything a person writes; little enough that no text costs more than a millisecond or so. */
export const BUDGET = { characters: 8192, depth: 32, tests: 256, values: 1024 } as const

export interface ParseOptions {
  /** Checks patterns while reading, so that a wrong one has a position: `compileRegex` of '@yagura/lang/regex'. */
  readonly regex?: (pattern: string) => Result<unknown, { readonly message: string }>
}

interface Reader {
  readonly tokens: readonly Token[]
  readonly fields: Fields
  readonly options: ParseOptions
  at: number
  depth: number
  tests: number
  values: number
}

export function parseCondition(
  text: string,
  fields: Fields,
  options: ParseOptions = {},
): Result<Condition, ConditionError> {
  if (text.length > BUDGET.characters) {
    return err(
      new ConditionError(`The condition is longer than ${BUDGET.characters} characters.`, BUDGET.characters, 0),
    )
  }
  const reader: Reader = { tokens: tokenize(text), fields, options, at: 0, depth: 0, tests: 0, values: 0 }
  try {
    const condition = readOr(reader)
    const rest = peek(reader)
    if (rest.kind !== 'end') fail(rest, `Expected "and", "or" or the end${at(rest)}, not ${shown(rest)}.`)
    return ok(condition)
  } catch (thrown) {
    if (thrown instanceof ConditionError) return err(thrown)
    throw thrown
  }
}

function readOr(reader: Reader): Condition {
  return readChain(reader, 'or', readAnd)
}

function readAnd(reader: Reader): Condition {
  return readChain(reader, 'and', readNot)
}

function readChain(reader: Reader, kind: 'and' | 'or', readOperand: (reader: Reader) => Condition): Condition {
  const first = readOperand(reader)
  if (!isWord(peek(reader), kind)) return first
  const operands = [first]
  while (isWord(peek(reader), kind)) {
    next(reader)
    operands.push(readOperand(reader))
  }
  return { kind, operands }
}

function readNot(reader: Reader): Condition {
  const token = peek(reader)
  if (!isWord(token, 'not') && !isSymbol(token, '(')) return readTest(reader)
  next(reader)
  reader.depth += 1
  if (reader.depth > BUDGET.depth)
    fail(token, `The condition is nested deeper than ${BUDGET.depth} levels${at(token)}.`)
  const condition: Condition = isWord(token, 'not')
    ? { kind: 'not', operand: readNot(reader) }
    : readGroup(reader, token)
  reader.depth -= 1
  return condition
}

function readGroup(reader: Reader, open: Token): Condition {
  const condition = readOr(reader)
  const close = next(reader)
  if (!isSymbol(close, ')')) fail(close, `The bracket${at(open)} is not closed: expected ")" before ${shown(close)}.`)
  return condition
}

function readTest(reader: Reader): Condition {
  const { name, field } = readField(reader)
  const operator = readOperator(reader, name, field)
  reader.tests += 1
  if (reader.tests > BUDGET.tests) fail(peek(reader), `The condition has more than ${BUDGET.tests} tests.`)
  if (operator === 'exists') return { kind: 'exists', field: name, type: field.type }
  if (isListOperator(operator)) {
    return { kind: 'membership', field: name, type: field.type, operator, values: readList(reader, field, operator) }
  }
  return { kind: 'comparison', field: name, type: field.type, operator, value: readScalar(reader, field, operator) }
}

function readField(reader: Reader): { name: string; field: FieldSpec } {
  const token = next(reader)
  if (token.kind !== 'word' || isReserved(token)) fail(token, `Expected a field name${at(token)}, not ${shown(token)}.`)
  const field = fieldNamed(reader.fields, token.text)
  if (field) return { name: token.text, field }
  const meant = nearest(token.text, Object.keys(reader.fields))
  return fail(
    token,
    `Unknown field ${quote(token.text)}${at(token)}${meant ? `; did you mean ${meant}?` : '.'}`,
    `Fields: ${Object.keys(reader.fields).join(', ')}.`,
  )
}

function readOperator(reader: Reader, name: string, field: FieldSpec): Operator {
  const token = next(reader)
  const allowed = operatorsOf(field)
  const operator = OPERATORS.find((known) => known === token.text.toLowerCase())
  if (token.kind === 'end') fail(token, `Expected an operator after ${name}: ${allowed.join(', ')}.`)
  if (token.kind === 'string' || !operator) {
    const meant = nearest(token.text, allowed)
    return fail(
      token,
      `Unknown operator ${quote(token.text)}${at(token)}${meant ? `; did you mean ${meant}?` : '.'}`,
      `Operators of ${name}: ${allowed.join(', ')}.`,
    )
  }
  if (!allowed.includes(operator)) {
    fail(token, `The field ${name} has no operator ${operator}${at(token)}.`, `It has ${allowed.join(', ')}.`)
  }
  return operator
}

function readList(reader: Reader, field: FieldSpec, operator: Operator): Scalar[] {
  const open = next(reader)
  if (!isSymbol(open, '(')) fail(open, `Expected a list in brackets after ${operator}${at(open)}, not ${shown(open)}.`)
  const values = [readScalar(reader, field, operator)]
  for (;;) {
    const token = next(reader)
    if (isSymbol(token, ')')) return values
    if (!isSymbol(token, ',')) fail(token, `Expected "," or ")"${at(token)}, not ${shown(token)}.`)
    values.push(readScalar(reader, field, operator))
  }
}

function readScalar(reader: Reader, field: FieldSpec, operator: Operator): Scalar {
  const token = next(reader)
  if (token.unclosed) fail(token, `The quote${at(token)} is not closed.`)
  if ((token.kind !== 'word' && token.kind !== 'string') || isReserved(token)) {
    fail(
      token,
      `Expected a value after ${operator}${at(token)}, not ${shown(token)}.`,
      'Put words such as and, or, not in quotes.',
    )
  }
  reader.values += 1
  if (reader.values > BUDGET.values) fail(token, `The condition has more than ${BUDGET.values} values.`)
  const value = readValue(token.text, field, operator)
  if (!value.ok) return fail(token, `Wrong value${at(token)}: ${value.error}${value.error.endsWith('?') ? '' : '.'}`)
  if (operator === 'regex') {
    const checked = reader.options.regex?.(token.text)
    if (checked && !checked.ok) fail(token, `Wrong pattern${at(token)}: ${checked.error.message}`)
  }
  return value.value
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.at] as Token // the last token is `end`, and next() stays on it
}

function next(reader: Reader): Token {
  const token = peek(reader)
  if (token.kind !== 'end') reader.at += 1
  return token
}

function isListOperator(operator: Operator): operator is (typeof LIST_OPERATORS)[number] {
  return (LIST_OPERATORS as readonly string[]).includes(operator)
}

function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'symbol' && token.text === text
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word
}

function isReserved(token: Token): boolean {
  return token.kind === 'word' && RESERVED.has(token.text.toLowerCase())
}

/** Words that must be quoted to be a value. */
export const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not'])

function at(token: Token): string {
  return ` at column ${token.start + 1}`
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : quote(token.text)
}

function fail(token: Token, message: string, hint?: string): never {
  throw new ConditionError(message, token.start, token.end - token.start, hint)
}
