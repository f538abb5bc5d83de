// YAML lock files, of which little is allowed: no aliases, no tags, little nesting, few documents. Package managers write none of these, and
// they are what makes a small document large (yaml.org/spec/1.2.2). Every scalar is text, so that version 1.10 stays what it is.
import { parseAllDocuments } from 'yaml'
import type { Findings } from './findings.ts'

const MAX_BYTES = 8 * 1024 * 1024
const MAX_DEPTH = 32
const MAX_DOCUMENTS = 4
const MAX_OPEN_BRACKETS = 1000

/** The documents of the file; none, with a problem, where it is no YAML of this kind. */
export function readYaml(bytes: Buffer, findings: Findings): readonly unknown[] {
  const text = bytes.length > MAX_BYTES ? '' : bytes.toString('utf8')
  const refusal = bytes.length > MAX_BYTES ? `is larger than ${MAX_BYTES} bytes` : refusalOf(text)
  if (refusal) {
    findings.problem(`The lock file ${refusal}.`)
    return []
  }
  try {
    const parsed = parseAllDocuments(text, {
      schema: 'failsafe',
      // the check for equal keys compares each with all
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    })
    const documents = Array.isArray(parsed) ? parsed : []
    if (documents.some((document) => document.errors.length + document.warnings.length > 0)) {
      findings.problem('The lock file is not the YAML that package managers write.')
      return []
    }
    return documents.map((document) => document.toJS({ maxAliasCount: 0 }))
  } catch {
    findings.problem('The lock file is not the YAML that package managers write.')
    return []
  }
}

/** What costs much to take apart is refused by the look of it. Brackets in text count too: no lock file leaves hundreds of them open. */
function refusalOf(text: string): string | undefined {
  if (/^[ \t]*(?:[-?][ \t]+){8}/m.test(text)) return 'is nested too deep'
  if (text.includes('\n'.padEnd(2 * MAX_DEPTH + 1, ' '))) return 'is nested too deep'
  if (/(?:^[ \t]*\r?\n){100}/m.test(text)) return 'holds too many empty lines'
  if ((text.match(/^---/gm)?.length ?? 0) > MAX_DOCUMENTS) return 'holds too many documents'
  let open = 0
  for (const { 0: bracket } of text.matchAll(/[[\]{}]/g)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1
    if (open > MAX_OPEN_BRACKETS) return 'is nested too deep'
  }
  return undefined
}
