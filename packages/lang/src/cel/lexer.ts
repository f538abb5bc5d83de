// Text → tokens, by the grammar of the language definition (cel-spec, doc/langdef.md, "Syntax").
import { CelSyntaxError } from './error.ts'
import { readString } from './string-literal.ts'
import { CelUint, type CelValue } from './value.ts'

export interface Token {
  readonly kind: 'identifier' | 'quoted' | 'literal' | 'symbol' | 'end'
  /** The identifier or symbol; for others what stood there. */
  readonly text: string
  readonly value: CelValue
  readonly at: number
}

const BLANK = /(?:[ \t\r\n\f]+|\/\/[^\n]*)*/y
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y
const QUOTED = /`([A-Za-z0-9_.\-/ ]+)`/y
const NUMBER = /0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)[uU]?/y
const STRING_START = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y
const SYMBOL = /\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}]/y

export const MAX_TEXT_CHARS = 64 * 1024
const MAX_INT = 1n << 63n
const MAX_UINT = 1n << 64n

export function tokenize(text: string): Token[] {
  if (text.length > MAX_TEXT_CHARS)
    throw new CelSyntaxError(`The expression is longer than ${MAX_TEXT_CHARS} characters.`, 0)
  const tokens: Token[] = []
  let at = skipBlank(text, 0)
  while (at < text.length) {
    const token = next(text, at, tokens.at(-1))
    tokens.push(token.token)
    at = skipBlank(text, token.end)
  }
  tokens.push({ kind: 'end', text: 'the end', value: null, at })
  return tokens
}

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at
  BLANK.exec(text)
  return BLANK.lastIndex
}

function next(text: string, at: number, before: Token | undefined): { token: Token; end: number } {
  const string = match(STRING_START, text, at)
  if (string) {
    const { value, end } = readString(text, at, string[0])
    return { token: { kind: 'literal', text: text.slice(at, end), value, at }, end }
  }
  const identifier = match(IDENTIFIER, text, at)
  if (identifier) return { token: word(identifier[0], at), end: at + identifier[0].length }
  const quoted = match(QUOTED, text, at)
  if (quoted) return { token: { kind: 'quoted', text: quoted[1] ?? '', value: null, at }, end: at + quoted[0].length }
  // a point after a value selects a field; elsewhere it may begin a number
  const number = text[at] === '.' && before && before.kind !== 'symbol' ? null : match(NUMBER, text, at)
  if (number && /[0-9]/.test(number[0])) {
    const end = at + number[0].length
    return { token: { kind: 'literal', text: number[0], value: numberValue(number[0], at), at }, end }
  }
  const symbol = match(SYMBOL, text, at)
  if (!symbol) throw new CelSyntaxError(`There is a character that CEL does not know: ${JSON.stringify(text[at])}.`, at)
  return { token: { kind: 'symbol', text: symbol[0], value: null, at }, end: at + symbol[0].length }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function word(text: string, at: number): Token {
  if (text === 'true' || text === 'false') return { kind: 'literal', text, value: text === 'true', at }
  if (text === 'null') return { kind: 'literal', text, value: null, at }
  if (text === 'in') return { kind: 'symbol', text, value: null, at }
  return { kind: 'identifier', text, value: null, at }
}

/** Integers are read without their sign, so 2^63 is one too many here; the parser knows `-9223372036854775808`. */
function numberValue(text: string, at: number): CelValue {
  const unsigned = /[uU]$/.test(text)
  const digits = unsigned ? text.slice(0, -1) : text
  if (/^0[xX]/.test(digits) || /^\d+$/.test(digits)) {
    const value = BigInt(digits)
    if (value >= MAX_UINT || (!unsigned && value > MAX_INT))
      throw new CelSyntaxError(`The number ${text} does not fit into 64 bits.`, at)
    return unsigned ? new CelUint(value) : value
  }
  if (unsigned) throw new CelSyntaxError(`${text} is no number.`, at)
  return Number(digits)
}
