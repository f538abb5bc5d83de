// nginx.conf: directives end with a semicolon, contexts stand in braces, includes may hold patterns (nginx.org/en/docs/beginners_guide.html).
import { expand, mayInclude, readText, resolvePath, type Texts } from '../sources/texts.ts'

export interface Directive {
  readonly name: string
  readonly words: readonly string[]
  readonly place: string
  readonly inside: readonly Directive[] | null
}

interface Token {
  readonly text: string
  readonly line: number
  readonly isQuoted: boolean
}

const MAX_DEPTH = 32

/** `base`: what relative names are relative to. */
export function readNginx(texts: Texts, path: string, base: string, above: readonly string[] = []): Directive[] {
  if (!mayInclude(texts, path, above)) return []
  const text = readText(texts, path, true)
  if (text === undefined) return []
  const tokens = tokensOf(text)
  let at = 0

  function block(depth: number): Directive[] {
    const found: Directive[] = []
    let words: Token[] = []
    while (at < tokens.length) {
      const token = tokens[at++] as Token
      const { text: word, isQuoted } = token
      if (isQuoted || !/^[;{}]$/.test(word)) {
        words.push(token)
        continue
      }
      if (word === '}') break
      const [name, ...rest] = words
      words = []
      if (word === '{' && depth >= MAX_DEPTH) {
        texts.problems.push({ place: `${path}:${token.line}`, reason: 'contexts are nested too deep' })
        at = tokens.length
        break
      }
      const inside = word === '{' ? block(depth + 1) : null
      if (!name) continue
      if (name.text === 'include' && rest[0]) {
        for (const file of expand(texts, resolvePath(rest[0].text, base)))
          found.push(...readNginx(texts, file, base, [...above, path]))
      } else found.push({ name: name.text, words: rest.map((one) => one.text), place: `${path}:${name.line}`, inside })
    }
    return found
  }

  return block(0)
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const [word] of text.matchAll(
    /\n|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[;{}]|(?:\$\{[^}\n]*\}|\\[\s\S]|[^\s;{}"'])(?:\$\{[^}\n]*\}|\\[\s\S]|[^\s;{}])*/g,
  )) {
    const isQuoted = word[0] === '"' || word[0] === "'"
    if (word[0] !== '#' && word !== '\n') tokens.push({ text: isQuoted ? word.slice(1, -1) : word, line, isQuoted })
    for (let at = word.indexOf('\n'); at >= 0; at = word.indexOf('\n', at + 1)) line++
  }
  return tokens
}

export interface Located {
  readonly directive: Directive
  /** The contexts it stands in, outermost first. */
  readonly contexts: readonly Directive[]
}

export function* everyDirective(
  directives: readonly Directive[],
  contexts: readonly Directive[] = [],
): Generator<Located> {
  for (const directive of directives) {
    yield { directive, contexts }
    if (directive.inside) yield* everyDirective(directive.inside, [...contexts, directive])
  }
}
