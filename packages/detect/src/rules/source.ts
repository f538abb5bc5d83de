// The text of a rule file → its items, each with the line it begins at. Hostile text is expected: size, items and nesting are
// bounded, aliases are refused (they are the way to write a gigabyte in a kilobyte).
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import type { RuleProblem } from './problem.ts'

export interface RuleText {
  /** Name of the file, for problems. */
  readonly name: string
  readonly text: string
  readonly origin: 'yagura' | 'falco' | 'user'
}

export interface SourceItem {
  readonly file: string
  readonly origin: RuleText['origin']
  readonly line: number
  readonly value: Readonly<Record<string, unknown>>
  lineOf(key: string): number
}

export const SOURCE_LIMITS = { characters: 4 * 1024 * 1024, items: 20_000, depth: 32 } as const

type Report = (problem: RuleProblem) => void

export function readItems(source: RuleText, report: Report): SourceItem[] {
  const fail = (line: number, message: string): SourceItem[] => {
    report({ level: 'error', file: source.name, line, rule: null, field: null, message })
    return []
  }
  const { characters, items } = SOURCE_LIMITS
  if (source.text.length > characters) return fail(1, `The file is longer than ${characters} characters.`)
  const tooDeep = deepLine(source.text)
  if (tooDeep > 0) return fail(tooDeep, `The file is nested deeper than ${SOURCE_LIMITS.depth} levels.`)
  const lines = new LineCounter()
  const document = parseDocument(source.text, { lineCounter: lines, strict: true, uniqueKeys: false, schema: 'core' })
  const [broken] = document.errors
  if (broken) return fail(lines.linePos(broken.pos[0]).line, sayYaml(broken.message))
  if (document.contents === null) return []
  if (!isSeq(document.contents)) return fail(1, 'A rule file is a list: each item begins with "- ".')
  if (document.contents.items.length > items) return fail(1, `The file has more than ${items} items.`)
  return document.contents.items.flatMap((node) => {
    const line = lineOfNode(node, lines)
    if (!isMap(node)) return fail(line, 'An item of a rule file is a rule, a macro, a list or a class.')
    const value = toValue(node, document)
    if (value === undefined) return fail(line, 'Aliases (*name) are not used in rule files.')
    return [itemOf(source, line, value, linesOfKeys(node, lines))]
  })
}

/** On its own, so that what it holds is a few numbers and not the tree of the whole file: items live as long as the rules. */
function itemOf(
  { name, origin }: RuleText,
  line: number,
  value: SourceItem['value'],
  lines: ReadonlyMap<string, number>,
): SourceItem {
  return { file: name, origin, line, value, lineOf: (key) => lines.get(key) ?? line }
}

/** Indentation and brackets bound the depth before anything recursive sees the text; 0 where it is fine. */
function deepLine(text: string): number {
  let line = 1
  let open = 0
  let indented = true
  let dashes = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\n') {
      line += 1
      indented = true
      dashes = 0
      // Brackets in texts need not be balanced: what counts is a run of them.
      if (open < SOURCE_LIMITS.depth) open = 0
    } else if (char === '[' || char === '{') {
      open += 1
    } else if (char === ']' || char === '}') {
      open = Math.max(0, open - 1)
    } else if (indented && char === '-' && text.charAt(at + 1) === ' ') {
      dashes += 1
    } else if (char !== ' ') {
      indented = false
    }
    if (open > SOURCE_LIMITS.depth || dashes > SOURCE_LIMITS.depth) return line
  }
  return 0
}

function toValue(node: YAMLMap, document: Parameters<YAMLMap['toJS']>[0]): Record<string, unknown> | undefined {
  try {
    return node.toJS(document, { maxAliasCount: 0 }) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function sayYaml(message: string): string {
  const said = message.split(/ at line|:?\n/, 1)[0] ?? message
  return `This is not YAML: ${said.replace(/\.$/, '')}.`
}

function linesOfKeys(node: YAMLMap, lines: LineCounter): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { key } of node.items) {
    if (!isScalar(key) || typeof key.value !== 'string' || !key.range || found.has(key.value)) continue
    found.set(key.value, lines.linePos(key.range[0]).line)
  }
  return found
}

function lineOfNode(node: unknown, lines: LineCounter): number {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range
  return range ? lines.linePos(range[0]).line : 1
}
