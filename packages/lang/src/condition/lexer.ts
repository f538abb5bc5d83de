// Text → tokens. Never fails: an unclosed string is marked and the parser says so, because completion needs half-typed text too.

export interface Token {
  readonly kind: 'word' | 'string' | 'symbol' | 'end'
  /** What it means: quotes and escapes are gone. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly unclosed?: boolean
}

const SPACE = /\s/
const DELIMITER = /[\s(),"'=!<>]/

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    if (SPACE.test(char)) {
      at += 1
      continue
    }
    const token = char === '"' || char === "'" ? readString(text, at) : (readSymbol(text, at) ?? readWord(text, at))
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length })
  return tokens
}

function readSymbol(text: string, start: number): Token | undefined {
  const two = text.slice(start, start + 2)
  if (two === '==' || two === '!=' || two === '<=' || two === '>=') {
    return { kind: 'symbol', text: two === '==' ? '=' : two, start, end: start + 2 }
  }
  const one = text.charAt(start)
  return '(),=<>!'.includes(one) ? { kind: 'symbol', text: one, start, end: start + 1 } : undefined
}

function readWord(text: string, start: number): Token {
  let end = start + 1
  while (end < text.length && !DELIMITER.test(text.charAt(end))) end += 1
  return { kind: 'word', text: text.slice(start, end), start, end }
}

/** A backslash takes the next character as it is: only the quote and the backslash need it. */
function readString(text: string, start: number): Token {
  const quote = text.charAt(start)
  let value = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === quote) return { kind: 'string', text: value, start, end: at + 1 }
    const next = text.charAt(at + 1)
    if (char === '\\' && (next === quote || next === '\\')) {
      value += next
      at += 1
    } else {
      value += char
    }
  }
  return { kind: 'string', text: value, start, end: text.length, unclosed: true }
}
