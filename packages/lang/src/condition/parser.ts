// Recursive descent over the grammar of Falco's condition language (falcosecurity/libs, userspace/libsinsp/filter/parser.h),
// checked against the fields while it is read. Hostile text is expected: see BUDGET.
//
//   or         := and ('or' and)*
//   and        := not ('and' not)*
//   not        := 'not' not | '(' or ')' | test
//   test       := FIELD 'exists' | FIELD comparison VALUE | FIELD ('in'|'intersects'|'pmatch') '(' VALUE (',' VALUE)* ')'
//
// In rules (`options.rules`) there are macros and lists by name, fields with arguments, transforms, and fields on the right:
//   test       := … | MACRO
//   FIELD      := NAME | NAME '[' argument ']' | TRANSFORM '(' FIELD ')'
//   VALUE      := … | 'val' '(' FIELD ')' | TRANSFORM '(' FIELD ')' ; a list may be LIST without brackets, or empty
import { err, ok, type Result } from '@yagura/kernel/result'
import {
  type Condition,
  type FieldUse,
  LIST_OPERATORS,
  OPERATORS,
  type Operator,
  type Scalar,
  TRANSFORMS,
  type Transform,
} from './ast.ts'
import { ConditionError } from './error.ts'
import { type FieldSpec, type Fields, fieldNamed, operatorsOf } from './fields.ts'
import { type Token, tokenize } from './lexer.ts'
import { nearest } from './nearest.ts'
import { quote, readValue } from './value.ts'

/** Enough for anything a person writes; little enough that no text costs more than a millisecond or so. */
export const BUDGET: Budget = { characters: 8192, depth: 32, tests: 256, values: 1024 }

export interface Budget {
  readonly characters: number
  readonly depth: number
  readonly tests: number
  readonly values: number
}

/** What a condition of a rule may speak of beyond the fields. */
export interface RuleNames {
  /** The condition behind a name; undefined where there is no such macro. Throws ConditionError where it is wrong itself. */
  readonly macro: (name: string) => Condition | undefined
  /** The items of a list, lists in it included; undefined where there is no such list. */
  readonly list: (name: string) => readonly string[] | undefined
}

export interface ParseOptions {
  /** The text is the condition of a rule. */
  readonly rules?: RuleNames
  readonly budget?: Budget
  /** Checks patterns while reading, so that a wrong one has a position: `compileRegex` of '@yagura/lang/regex'. */
  readonly regex?: (pattern: string) => Result<unknown, { readonly message: string }>
}

interface Reader {
  readonly text: string
  readonly budget: Budget
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
  const budget = options.budget ?? BUDGET
  if (text.length > budget.characters) {
    return err(
      new ConditionError(`The condition is longer than ${budget.characters} characters.`, budget.characters, 0),
    )
  }
  const reader: Reader = { text, budget, tokens: tokenize(text), fields, options, at: 0, depth: 0, tests: 0, values: 0 }
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
  if (reader.depth > reader.budget.depth)
    fail(token, `The condition is nested deeper than ${reader.budget.depth} levels${at(token)}.`)
  const condition: Condition = isWord(token, 'not')
    ? { kind: 'not', operand: readNot(reader) }
    : readGroup(reader, token)
  reader.depth -= 1
  return condition
}

function readGroup(reader: Reader, open: Token): Condition {
  const condition = readOr(reader)
  closeBracket(reader, open)
  return condition
}

function readTest(reader: Reader): Condition {
  const macro = readMacro(reader)
  if (macro) return macro
  const { use, spec } = readFieldUse(reader)
  const operator = readOperator(reader, use.field, spec)
  reader.tests += 1
  if (reader.tests > reader.budget.tests)
    fail(peek(reader), `The condition has more than ${reader.budget.tests} tests.`)
  if (operator === 'exists') return { kind: 'exists', ...use }
  if (isListOperator(operator)) {
    return { kind: 'membership', ...use, operator, values: readList(reader, spec, operator) }
  }
  const against = reader.options.rules && startsField(reader) ? readRightField(reader) : undefined
  if (against) return { kind: 'comparison', ...use, operator, value: '', against }
  return { kind: 'comparison', ...use, operator, value: readScalar(reader, spec, operator) }
}

function readMacro(reader: Reader): Condition | undefined {
  const token = peek(reader)
  if (!reader.options.rules || token.kind !== 'word' || isReserved(token)) return undefined
  // Fields have a dot in their names, nearly all; a macro may have the name of one that has none.
  if (token.text.includes('.') || isOperatorNext(reader)) return undefined
  const condition = reader.options.rules.macro(token.text)
  if (condition) next(reader)
  return condition
}

function isOperatorNext(reader: Reader): boolean {
  const after = reader.tokens[reader.at + 1]
  return (
    after !== undefined &&
    after.kind !== 'string' &&
    OPERATORS.some((operator) => operator === after.text.toLowerCase())
  )
}

/** A transform with its bracket, or `val(`. */
function startsField(reader: Reader): boolean {
  const token = peek(reader)
  const after = reader.tokens[reader.at + 1]
  return (
    token.kind === 'word' &&
    (token.text === 'val' || isTransform(token.text)) &&
    after !== undefined &&
    isSymbol(after, '(')
  )
}

function readRightField(reader: Reader): FieldUse {
  if (peek(reader).text !== 'val') return readFieldUse(reader).use
  next(reader)
  const open = next(reader)
  const { use } = readFieldUse(reader)
  closeBracket(reader, open)
  return use
}

/** A field with its argument, in its transforms. */
function readFieldUse(reader: Reader, depth = 0): { use: FieldUse; spec: FieldSpec } {
  const token = peek(reader)
  if (!reader.options.rules || !startsField(reader) || !isTransform(token.text)) return readNamedField(reader)
  if (depth >= MAX_TRANSFORMS) fail(token, `More than ${MAX_TRANSFORMS} transforms of one field${at(token)}.`)
  const transform = token.text
  next(reader)
  const open = next(reader)
  const inner = readFieldUse(reader, depth + 1)
  closeBracket(reader, open)
  const type = transform === 'len' ? 'number' : inner.spec.type
  return {
    use: { ...inner.use, type, transforms: [...(inner.use.transforms ?? []), transform] },
    spec: { ...inner.spec, type },
  }
}

const MAX_TRANSFORMS = 4

function readNamedField(reader: Reader): { use: FieldUse; spec: FieldSpec } {
  const token = next(reader)
  if (token.kind !== 'word' || isReserved(token)) fail(token, `Expected a field name${at(token)}, not ${shown(token)}.`)
  const bracket = reader.options.rules ? token.text.indexOf('[') : -1
  const name = bracket < 0 ? token.text : token.text.slice(0, bracket)
  const spec = fieldNamed(reader.fields, name)
  if (!spec) return unknownField(reader, token, name)
  const argument = bracket < 0 ? undefined : readArgument(reader, token, bracket)
  if (argument !== undefined && !spec.argument) fail(token, `The field ${name} takes no argument${at(token)}.`)
  if (argument === undefined && spec.argument === 'needed')
    fail(token, `The field ${name} needs an argument${at(token)}: ${name}[…].`)
  return { use: { field: name, type: spec.type, ...(argument === undefined ? {} : { argument }) }, spec }
}

/** What stands between the brackets, whatever tokens it was cut into. */
function readArgument(reader: Reader, token: Token, bracket: number): string {
  const start = token.start + bracket + 1
  const end = reader.text.indexOf(']', start)
  if (end < 0) fail(token, `The bracket of the argument is not closed${at(token)}.`)
  while (peek(reader).kind !== 'end' && peek(reader).start <= end) next(reader)
  return reader.text
    .slice(start, end)
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
}

function unknownField(reader: Reader, token: Token, name: string): never {
  const known = Object.keys(reader.fields)
  const meant = nearest(name, known)
  return fail(
    token,
    `Unknown field ${quote(name)}${at(token)}${meant ? `; did you mean ${meant}?` : '.'}`,
    reader.options.rules ? 'There is no macro of this name either.' : `Fields: ${known.join(', ')}.`,
  )
}

function closeBracket(reader: Reader, open: Token): void {
  const close = next(reader)
  if (!isSymbol(close, ')')) fail(close, `The bracket${at(open)} is not closed: expected ")" before ${shown(close)}.`)
}

function isTransform(text: string): text is Transform {
  return (TRANSFORMS as readonly string[]).includes(text)
}

function readOperator(reader: Reader, name: string, field: FieldSpec): Operator {
  const token = next(reader)
  const allowed = operatorsOf(field, reader.options.rules ? 'rules' : 'filter')
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
  const { rules } = reader.options
  const open = next(reader)
  if (rules && open.kind === 'word') return namedList(reader, open, field, operator) ?? notAList(open, operator)
  if (!isSymbol(open, '(')) notAList(open, operator)
  if (rules && isSymbol(peek(reader), ')')) {
    next(reader)
    return []
  }
  const values = readItem(reader, field, operator)
  for (;;) {
    const token = next(reader)
    if (isSymbol(token, ')')) return values
    if (!isSymbol(token, ',')) fail(token, `Expected "," or ")"${at(token)}, not ${shown(token)}.`)
    values.push(...readItem(reader, field, operator))
  }
}

function notAList(token: Token, operator: Operator): never {
  return fail(token, `Expected a list in brackets after ${operator}${at(token)}, not ${shown(token)}.`)
}

function readItem(reader: Reader, field: FieldSpec, operator: Operator): Scalar[] {
  const token = peek(reader)
  const named = token.kind === 'word' ? namedList(reader, token, field, operator) : undefined
  if (!named) return [readScalar(reader, field, operator)]
  next(reader)
  return named
}

function namedList(reader: Reader, token: Token, field: FieldSpec, operator: Operator): Scalar[] | undefined {
  return reader.options.rules?.list(token.text)?.map((item) => checkedValue(reader, token, item, field, operator))
}

function readScalar(reader: Reader, field: FieldSpec, operator: Operator): Scalar {
  const token = reader.options.rules ? nextRaw(reader) : next(reader)
  if (token.unclosed) fail(token, `The quote${at(token)} is not closed.`)
  if ((token.kind !== 'word' && token.kind !== 'string') || isReserved(token)) {
    fail(
      token,
      `Expected a value after ${operator}${at(token)}, not ${shown(token)}.`,
      'Put words such as and, or, not in quotes.',
    )
  }
  return checkedValue(reader, token, token.text, field, operator)
}

/** Values of rules may have signs in them that filters keep for operators: `evt.dir = <`, `fd.name = <NA>`. */
function nextRaw(reader: Reader): Token {
  const first = next(reader)
  if (first.kind !== 'word' && !(first.kind === 'symbol' && RAW.has(first.text))) return first
  let { end } = first
  for (let token = peek(reader); token.start === end && isRaw(token); token = peek(reader)) {
    end = token.end
    next(reader)
  }
  return { kind: 'word', text: reader.text.slice(first.start, end), start: first.start, end }
}

const RAW: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '!', '!=', '='])

function isRaw(token: Token): boolean {
  return token.kind === 'word' || (token.kind === 'symbol' && RAW.has(token.text))
}

function checkedValue(reader: Reader, token: Token, text: string, field: FieldSpec, operator: Operator): Scalar {
  reader.values += 1
  if (reader.values > reader.budget.values) fail(token, `The condition has more than ${reader.budget.values} values.`)
  const value = readValue(text, field, operator)
  if (!value.ok) return fail(token, `Wrong value${at(token)}: ${value.error}${value.error.endsWith('?') ? '' : '.'}`)
  if (operator === 'regex') {
    const checked = reader.options.regex?.(text)
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
