// What can come next at the cursor: fields, operators, values, connectives. Works on half-typed text, so it walks tokens
// with a small state machine instead of parsing.
import { SEVERITIES } from '@yagura/schema/severities'
import { LIST_OPERATORS } from './ast.ts'
import { type FieldSpec, type Fields, fieldNamed, operatorsOf } from './fields.ts'
import { type Token, tokenize } from './lexer.ts'
import { RESERVED } from './parser.ts'
import { printValue } from './printer.ts'

export interface Completion {
  readonly label: string
  /** What to write in place of the text from `from` to the cursor. */
  readonly insert: string
  readonly kind: 'field' | 'operator' | 'value' | 'keyword'
  readonly detail?: string
}

export interface Completions {
  readonly from: number
  readonly options: readonly Completion[]
}

interface State {
  readonly expects: 'test' | 'operator' | 'value' | 'list' | 'list-value' | 'list-next' | 'connective'
  readonly field?: FieldSpec | undefined
  readonly depth: number
}

export function completions(text: string, cursor: number, fields: Fields): Completions {
  const before = text.slice(0, Math.max(0, cursor))
  const tokens = tokenize(before).filter((token) => token.kind !== 'end')
  const last = tokens.at(-1)
  const typing = last && last.end === before.length && (last.kind === 'word' || last.unclosed) ? last : undefined
  const state = (typing ? tokens.slice(0, -1) : tokens).reduce<State>(
    (current, token) => advance(current, token, fields),
    { expects: 'test', depth: 0 },
  )
  const typed = typing?.text.toLowerCase() ?? ''
  return { from: typing?.start ?? before.length, options: rank(optionsFor(state, fields), typed) }
}

function advance(state: State, token: Token, fields: Fields): State {
  const { field, depth } = state
  const word = token.kind === 'string' ? '' : token.text.toLowerCase()
  if (state.expects === 'test') {
    if (word === '(') return { expects: 'test', depth: depth + 1 }
    if (RESERVED.has(word)) return { expects: 'test', depth }
    return { expects: 'operator', field: fieldNamed(fields, token.text), depth }
  }
  if (state.expects === 'operator') {
    if (word === 'exists') return { expects: 'connective', depth }
    const isList = (LIST_OPERATORS as readonly string[]).includes(word)
    return { expects: isList ? 'list' : 'value', field, depth }
  }
  if (state.expects === 'list') return { expects: 'list-value', field, depth }
  if (state.expects === 'list-value') return { expects: word === ')' ? 'connective' : 'list-next', field, depth }
  if (state.expects === 'list-next')
    return word === ')' ? { expects: 'connective', depth } : { ...state, expects: 'list-value' }
  if (state.expects === 'value') return { expects: 'connective', depth }
  if (word === ')') return { expects: 'connective', depth: Math.max(0, depth - 1) }
  return { expects: 'test', depth }
}

function optionsFor({ expects, field, depth }: State, fields: Fields): Completion[] {
  switch (expects) {
    case 'test':
      return [
        ...Object.entries(fields).map(
          ([label, spec]): Completion => ({
            label,
            insert: `${label} `,
            kind: 'field',
            detail: spec.description ?? spec.type,
          }),
        ),
        keyword('not', 'not '),
        keyword('('),
      ]
    case 'operator':
      return (field ? operatorsOf(field) : []).map((label) => ({ label, insert: `${label} `, kind: 'operator' }))
    case 'list':
      return [keyword('(')]
    case 'list-next':
      return [keyword(',', ', '), keyword(')', ') ')]
    case 'value':
    case 'list-value':
      return valuesOf(field).map((label) => ({
        label,
        insert: expects === 'value' ? `${printValue(label)} ` : printValue(label),
        kind: 'value',
      }))
    case 'connective':
      return [keyword('and', 'and '), keyword('or', 'or '), ...(depth > 0 ? [keyword(')')] : [])]
  }
}

function valuesOf(field: FieldSpec | undefined): readonly string[] {
  if (field?.type === 'severity') return SEVERITIES.toReversed()
  if (field?.type === 'boolean') return ['true', 'false']
  return field?.values ?? []
}

function keyword(label: string, insert: string = label): Completion {
  return { label, insert, kind: 'keyword' }
}

/** Those that begin with what is typed, then those that have it inside. */
function rank(options: readonly Completion[], typed: string): Completion[] {
  if (typed === '') return [...options]
  const begins = options.filter(({ label }) => label.toLowerCase().startsWith(typed))
  const inside = options.filter(
    ({ label }) => !begins.some((one) => one.label === label) && label.toLowerCase().includes(typed),
  )
  return [...begins, ...inside]
}
