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
/** Blanks, commas, arrows and comments stand between terms; then one token. No text matches in two ways, so that time stays linear. */
const TOKEN =
  /(?:[\s,]|=>|#[^\n]*(?:\n|$))*(?:(%\{|[{[])|([}\]])|"((?:[^"\\]|\\[\s\S])*)"(:(?=\s))?|:"((?:[^"\\]|\\[\s\S])*)"|:?([A-Za-z0-9_@.?!+-]+)(:(?=\s))?)/y
const CLOSES = { map: '}', tuple: '}', list: ']' } as const

/** The first term of the text. `complete` is false when something in it was not understood; what came before is there. */
export function parseTerm(text: string): { readonly term: Term | undefined; readonly complete: boolean } {
  const stack: OpenTerm[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
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

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, '$1') : text
}
