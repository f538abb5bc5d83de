// Elixir terms as `inspect` writes them: maps, tuples, lists, keywords, strings, atoms. A stack in place of recursion: nesting costs nothing.

export type Term =
  | { readonly kind: 'map' | 'tuple' | 'list'; readonly items: readonly Term[] }
  /** A string, an atom or a number; all that matters here is its text. */
  | { readonly kind: 'text'; readonly text: string }

interface OpenTerm {
  readonly kind: 'map' | 'tuple' | 'list'
  readonly items: Term[]
}

const MAX_DEPTH = 32
/** Stands between terms: blanks, commas, arrows, comments. */
const BETWEEN = /[\s,]+|=>|#[^\n]*/y
const TOKEN =
  /(%\{|[{[])|([}\]])|"((?:[^"\\]|\\[\s\S])*)"(:(?=\s))?|:"((?:[^"\\]|\\[\s\S])*)"|:?([A-Za-z0-9_@.?!+-]+)(:(?=\s))?/y
const CLOSES = { map: '}', tuple: '}', list: ']' } as const

/** The first term of the text. `complete` is false when something in it was not understood; what came before is there. */
export function parseTerm(text: string): { readonly term: Term | undefined; readonly complete: boolean } {
  const stack: OpenTerm[] = []
  for (let match = nextToken(text, 0); match; match = nextToken(text, TOKEN.lastIndex)) {
    const [, open, close, string, , quotedAtom, word] = match
    let done: Term | undefined
    if (open !== undefined) {
      if (stack.length >= MAX_DEPTH) break
      stack.push({ kind: open === '%{' ? 'map' : open === '{' ? 'tuple' : 'list', items: [] })
    } else if (close !== undefined) {
      if (stack.length === 0 || CLOSES[(stack.at(-1) as OpenTerm).kind] !== close) break
      done = stack.pop()
    } else done = { kind: 'text', text: unescaped(string ?? quotedAtom ?? word ?? '') }
    if (!done) continue
    const parent = stack.at(-1)
    if (!parent) return { term: done, complete: true }
    parent.items.push(done)
  }
  // what is still open holds what was read
  while (stack.length > 1) {
    const last = stack.pop()
    if (last?.kind === 'map') stack.at(-1)?.items.push(last)
  }
  return { term: stack[0], complete: false }
}

function nextToken(text: string, from: number): RegExpExecArray | null {
  BETWEEN.lastIndex = from
  let at = from
  while (BETWEEN.test(text)) at = BETWEEN.lastIndex
  TOKEN.lastIndex = at
  return TOKEN.exec(text)
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, '$1') : text
}
