// YAML files of several documents that strangers wrote, read as Kubernetes reads them: YAML 1.1, but dates, times and sexagesimal numbers stay
// text (sigs.k8s.io/yaml). Each document stands alone: one that is broken hides no other. What costs much to take apart is refused by the look
// of it, before a parser sees it.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { Composer, type Document, Parser } from 'yaml'

export interface YamlLimits {
  readonly yamlBytes: number
  readonly yamlDocuments: number
  readonly yamlDepth: number
}

export const defaultYamlLimits: YamlLimits = { yamlBytes: 4 * 1024 * 1024, yamlDocuments: 5000, yamlDepth: 64 }

const MAX_ALIASES = 100
const MAX_OPEN_BRACKETS = 200

export interface YamlDocument {
  /** Of its first line in the file, from 1. */
  readonly line: number
  readonly value: Result<unknown, YaguraError>
}

/** Empty documents are left out. `what` is named in the sentences. */
export function parseYamlDocuments(bytes: Uint8Array, what: string, limits = defaultYamlLimits): YamlDocument[] {
  if (bytes.length > limits.yamlBytes)
    return [{ line: 1, value: err(tooMuch(`${what} is larger than ${limits.yamlBytes} bytes`)) }]
  const parts = split(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  )
  if (parts.length > limits.yamlDocuments)
    return [{ line: 1, value: err(tooMuch(`${what} holds more than ${limits.yamlDocuments} documents`)) }]
  return parts.flatMap(({ line, text }) => {
    if (isEmpty(text)) return []
    const value = parseOne(text, `${what}, line ${line}`, limits)
    return value.ok && value.value === null ? [] : [{ line, value }]
  })
}

/** Nothing but white space and remarks. */
function isEmpty(text: string): boolean {
  return !/^[^\S\n]*[^\s#]/m.test(text)
}

function tooMuch(said: string): YaguraError {
  return new YaguraError('LIMIT_EXCEEDED', `${said}.`)
}

/** A line of three dashes begins a document, wherever it stands (yaml.org/spec/1.2.2, 9.1.2). */
function split(text: string): { line: number; text: string }[] {
  const parts: { line: number; text: string }[] = []
  let line = 1
  let start = 0
  for (const match of text.matchAll(/^---(?=[ \t\r\n]|$)[ \t]*(?:#[^\n]*)?\r?\n?/gm)) {
    const part = text.slice(start, match.index)
    parts.push({ line, text: part })
    line += lines(part) + lines(match[0])
    start = match.index + match[0].length
  }
  parts.push({ line, text: text.slice(start) })
  return parts
}

function lines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

function parseOne(text: string, what: string, limits: YamlLimits): Result<unknown, YaguraError> {
  const refusal = refusalOf(text, limits)
  if (refusal) return err(tooMuch(`${what}: the document ${refusal}`))
  try {
    const value: unknown = compose(text)?.toJS({ maxAliasCount: MAX_ALIASES })
    return tooDeep(value, limits.yamlDepth) ? err(tooMuch(`${what}: the document is nested too deep`)) : ok(value)
  } catch (cause) {
    if (cause instanceof Mistake)
      return err(new YaguraError('INPUT_INVALID', `${what}: this is not YAML: ${sentence(cause.message)}`))
    const said = cause instanceof ReferenceError ? 'it refers to itself too often' : 'it cannot be taken apart'
    return err(new YaguraError('INPUT_INVALID', `${what}: this is not YAML: ${said}.`, { cause }))
  }
}

class Mistake extends Error {}

/** The first mistake ends it: a document of nothing else has one for each character, and each costs. */
function compose(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    version: '1.1',
    merge: true,
    // the check for equal keys compares each with all; the last one counts, as in Kubernetes
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !isLeftText(tag)),
  })
  Object.assign(composer, {
    onError(_source: unknown, _code: unknown, message: string, isWarning = false) {
      if (!isWarning) throw new Mistake(message)
    },
  })
  const [document] = composer.compose(new Parser().parse(text), true, text.length)
  const [problem] = document?.errors ?? []
  if (problem) throw new Mistake(problem.message)
  return document
}

function isLeftText({ tag, format }: { tag: string; format?: string }): boolean {
  return tag === 'tag:yaml.org,2002:timestamp' || tag === 'tag:yaml.org,2002:binary' || format === 'TIME'
}

function sentence(message: string): string {
  const said = message.split('\n', 1)[0]?.slice(0, 200) ?? ''
  return `${said.charAt(0).toLowerCase()}${said.slice(1).replace(/\.$/, '')}.`
}

function refusalOf(text: string, { yamlDepth }: YamlLimits): string | undefined {
  if (/^[ \t]*(?:[-?][ \t]+){16}/m.test(text)) return 'is nested too deep'
  if (text.includes('\n'.padEnd(8 * yamlDepth, ' '))) return 'is nested too deep'
  if (/(?:^[ \t]*\r?\n){500}/m.test(text)) return 'holds too many empty lines'
  let open = 0
  for (const { 0: bracket } of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1))
    if (open > MAX_OPEN_BRACKETS) return 'is nested too deep'
  }
  return undefined
}

/** Aliases may make of a flat text a deep value. */
function tooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((one) => tooDeep(one, levels - 1))
}
