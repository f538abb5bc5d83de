// Tokens → tree. Recursive descent by the grammar of cel-spec (doc/langdef.md), with the optional syntax `a.?b`, `a[?b]`, `[?a]`, `{?k: v}`
// (cel-spec wiki, "Optional Values"). Nesting is bounded, so no text overflows the stack.
import type { BinaryOperator, Expression, ListItem, MapEntry } from './ast.ts'
import { CelSyntaxError } from './error.ts'
import { type Token, tokenize } from './lexer.ts'
import type { CelValue } from './value.ts'

const MAX_DEPTH = 250
const MIN_INT_MAGNITUDE = 1n << 63n

/** Words that may be a field but no variable (langdef, "Lexis"). */
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

/** From loose to tight. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]

interface Cursor {
  readonly tokens: readonly Token[]
  index: number
  depth: number
}

/** Throws CelSyntaxError. */
export function parseCel(text: string): Expression {
  const cursor: Cursor = { tokens: tokenize(text), index: 0, depth: 0 }
  const tree = expression(cursor)
  const rest = peek(cursor)
  if (rest.kind !== 'end') throw unexpected(rest)
  return tree
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.index] as Token
}

function unexpected(token: Token): CelSyntaxError {
  return new CelSyntaxError(`The expression makes no sense at ${token.text}.`, token.at)
}

function isSymbol(cursor: Cursor, text: string): boolean {
  const token = peek(cursor)
  return token.kind === 'symbol' && token.text === text
}

function accept(cursor: Cursor, text: string): boolean {
  if (!isSymbol(cursor, text)) return false
  cursor.index++
  return true
}

function expect(cursor: Cursor, text: string): void {
  if (!accept(cursor, text)) {
    const token = peek(cursor)
    throw new CelSyntaxError(`Expected ${text} but found ${token.text}.`, token.at)
  }
}

function expression(cursor: Cursor): Expression {
  if (++cursor.depth > MAX_DEPTH) throw new CelSyntaxError('The expression is nested too deep.', peek(cursor).at)
  const test = binary(cursor, 0)
  const { at } = peek(cursor)
  let whole = test
  if (accept(cursor, '?')) {
    const then = binary(cursor, 0)
    expect(cursor, ':')
    whole = { kind: 'conditional', test, then, otherwise: expression(cursor), at }
  }
  cursor.depth--
  return whole
}

function binary(cursor: Cursor, level: number): Expression {
  const operators = LEVELS[level]
  if (!operators) return unary(cursor)
  let left = binary(cursor, level + 1)
  for (;;) {
    const token = peek(cursor)
    const operator = operators.find((one) => token.kind === 'symbol' && token.text === one)
    if (!operator) return left
    cursor.index++
    left = { kind: 'binary', operator, left, right: binary(cursor, level + 1), at: token.at }
    if (countLeft(left) > MAX_DEPTH * 8) throw new CelSyntaxError('The expression is nested too deep.', token.at)
  }
}

/** How long a chain like a + b + c is: it nests to the left without recursion here, but not in the compiler. */
const lengths = new WeakMap<Expression, number>()
function countLeft(tree: Expression): number {
  const length = 1 + (tree.kind === 'binary' ? (lengths.get(tree.left) ?? 0) : 0)
  lengths.set(tree, length)
  return length
}

function unary(cursor: Cursor): Expression {
  const token = peek(cursor)
  if (token.kind === 'symbol' && (token.text === '!' || token.text === '-')) {
    cursor.index++
    if (++cursor.depth > MAX_DEPTH) throw new CelSyntaxError('The expression is nested too deep.', token.at)
    const next = peek(cursor)
    const negative = token.text === '-' ? negated(next) : undefined
    if (negative !== undefined) {
      cursor.index++
      cursor.depth--
      return members(cursor, { kind: 'literal', value: negative, at: token.at })
    }
    const operand = unary(cursor)
    cursor.depth--
    return { kind: 'unary', operator: token.text, operand, at: token.at }
  }
  return members(cursor, primary(cursor))
}

function negated(token: Token): CelValue | undefined {
  if (token.kind !== 'literal') return undefined
  return typeof token.value === 'bigint' || typeof token.value === 'number' ? -token.value : undefined
}

function members(cursor: Cursor, start: Expression): Expression {
  let operand = start
  for (let count = 0; ; count++) {
    const { at } = peek(cursor)
    if (count > MAX_DEPTH) throw new CelSyntaxError('The expression is nested too deep.', at)
    if (accept(cursor, '.')) operand = member(cursor, operand, at)
    else if (accept(cursor, '[')) {
      const optional = accept(cursor, '?')
      operand = { kind: 'index', operand, index: expression(cursor), optional, at }
      expect(cursor, ']')
    } else if (isSymbol(cursor, '{') && qualifiedName(operand) !== undefined)
      throw new CelSyntaxError(`Messages of type ${qualifiedName(operand)} are not known here.`, at)
    else return operand
  }
}

function member(cursor: Cursor, operand: Expression, at: number): Expression {
  const optional = accept(cursor, '?')
  const token = peek(cursor)
  if (token.kind !== 'identifier' && token.kind !== 'quoted' && !(token.kind === 'symbol' && token.text === 'in'))
    throw unexpected(token)
  cursor.index++
  if (token.kind === 'identifier' && !optional && accept(cursor, '('))
    return { kind: 'call', name: token.text, target: operand, arguments: list(cursor, ')'), at: token.at }
  return { kind: 'select', operand, field: token.text, optional, at }
}

function list(cursor: Cursor, close: string): Expression[] {
  const all: Expression[] = []
  while (!accept(cursor, close)) {
    all.push(expression(cursor))
    if (!accept(cursor, ',')) {
      expect(cursor, close)
      break
    }
  }
  return all
}

function primary(cursor: Cursor): Expression {
  const token = peek(cursor)
  cursor.index++
  if (token.kind === 'literal') {
    if (token.value === MIN_INT_MAGNITUDE)
      throw new CelSyntaxError(`The number ${token.text} does not fit into 64 bits.`, token.at)
    return { kind: 'literal', value: token.value, at: token.at }
  }
  if (token.kind === 'identifier') return name(cursor, token)
  if (token.kind === 'symbol') {
    if (token.text === '(') {
      const inner = expression(cursor)
      expect(cursor, ')')
      return inner
    }
    if (token.text === '[') return { kind: 'list', items: items(cursor), at: token.at }
    if (token.text === '{') return { kind: 'map', entries: entries(cursor), at: token.at }
    // a leading point asks for a name of the root scope
    if (token.text === '.' && peek(cursor).kind === 'identifier') return primary(cursor)
  }
  cursor.index--
  throw unexpected(token)
}

function name(cursor: Cursor, token: Token): Expression {
  if (RESERVED.has(token.text)) throw new CelSyntaxError(`${token.text} is a reserved word.`, token.at)
  if (accept(cursor, '('))
    return { kind: 'call', name: token.text, target: null, arguments: list(cursor, ')'), at: token.at }
  return { kind: 'identifier', name: token.text, at: token.at }
}

function items(cursor: Cursor): ListItem[] {
  const all: ListItem[] = []
  while (!accept(cursor, ']')) {
    const optional = accept(cursor, '?')
    all.push({ value: expression(cursor), optional })
    if (!accept(cursor, ',')) {
      expect(cursor, ']')
      break
    }
  }
  return all
}

function entries(cursor: Cursor): MapEntry[] {
  const all: MapEntry[] = []
  while (!accept(cursor, '}')) {
    const optional = accept(cursor, '?')
    const key = expression(cursor)
    expect(cursor, ':')
    all.push({ key, value: expression(cursor), optional })
    if (!accept(cursor, ',')) {
      expect(cursor, '}')
      break
    }
  }
  return all
}

/** `a.b.c` as text; undefined for anything else. */
export function qualifiedName(tree: Expression): string | undefined {
  if (tree.kind === 'identifier') return tree.name
  if (tree.kind !== 'select' || tree.optional) return undefined
  const before = qualifiedName(tree.operand)
  return before === undefined ? undefined : `${before}.${tree.field}`
}
