// String and bytes literals with their escapes (cel-spec, doc/langdef.md, "String and Bytes Values").
import { CelSyntaxError } from './error.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
}
const ESCAPE = /\\(?:([xX])([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\?"'`]))/y

/** `start` is prefix and opening quotes, as the lexer found them at `at`. */
export function readString(text: string, at: number, start: string): { value: string | Uint8Array; end: number } {
  const prefix = start.replace(/["']/g, '').toLowerCase()
  const quote = start.slice(prefix.length)
  const raw = prefix.includes('r')
  const bytes: number[] = []
  let value = ''
  let cursor = at + start.length
  while (!text.startsWith(quote, cursor)) {
    if (cursor >= text.length || (quote.length === 1 && (text[cursor] === '\n' || text[cursor] === '\r')))
      throw new CelSyntaxError('A string does not end.', at)
    const piece = !raw && text[cursor] === '\\' ? escaped(text, cursor) : plain(text, cursor)
    cursor += piece.length
    if (prefix.includes('b')) {
      // in bytes, \x and octal escapes are bytes; everything else is UTF-8
      if (piece.byte) bytes.push(piece.text.charCodeAt(0))
      else bytes.push(...new TextEncoder().encode(piece.text))
    } else value += piece.text
  }
  return { value: prefix.includes('b') ? Uint8Array.from(bytes) : value, end: cursor + quote.length }
}

interface Piece {
  readonly text: string
  readonly length: number
  readonly byte: boolean
}

function plain(text: string, at: number): Piece {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { text: character, length: character.length, byte: false }
}

function escaped(text: string, at: number): Piece {
  ESCAPE.lastIndex = at
  const found = ESCAPE.exec(text)
  if (!found) throw new CelSyntaxError(`A string has an escape that CEL does not know: ${text.slice(at, at + 2)}.`, at)
  const [whole, , hex, short, long, octal, simple] = found
  if (simple !== undefined) return { text: SIMPLE[simple] ?? simple, length: whole.length, byte: false }
  const code = Number.parseInt(hex ?? short ?? long ?? octal ?? '0', octal === undefined ? 16 : 8)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new CelSyntaxError(`A string has an escape that is no character: ${whole}.`, at)
  return { text: String.fromCodePoint(code), length: whole.length, byte: hex !== undefined || octal !== undefined }
}
