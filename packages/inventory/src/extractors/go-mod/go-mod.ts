// go.mod (go.dev/ref/mod#go-mod-file). The lines `go` and `toolchain` say what may build the module, not what did, so the standard library
// is not named. go.sum lists what was ever looked at, not what is used, and is not read.
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'
import { wordsOf } from './words.ts'

interface Module {
  readonly path: string
  /** Undefined in a replacement of every version, and for a folder. */
  readonly version: string | undefined
}

interface GoMod {
  readonly required: Module[]
  readonly excluded: Set<string>
  /** `path version`, or `path` for every version. */
  readonly replaced: Map<string, Module>
  goVersion: string | undefined
}

const DIRECTIVES = new Set([
  'module',
  'go',
  'toolchain',
  'godebug',
  'require',
  'tool',
  'exclude',
  'replace',
  'retract',
  'ignore',
])

export function parseGoMod(bytes: Buffer, lineBytes: number): ParsedFile {
  const findings = createFindings('golang')
  const mod = readLines(bytes, lineBytes, findings)
  for (const required of mod.required) {
    const key = `${required.path} ${required.version}`
    if (mod.excluded.has(key)) {
      findings.leftOpen(required.path, 'a version that is excluded, in whose place Go takes a higher one')
      continue
    }
    const used = mod.replaced.get(key) ?? mod.replaced.get(required.path) ?? required
    if (used.version !== undefined) findings.add(used.path, used.version)
  }
  if (mod.required.length > 0 && !listsAll(mod.goVersion))
    findings.problem('Before Go 1.17 this file names direct requirements only; what those require was not seen.')
  return findings.parsed()
}

function readLines(bytes: Buffer, lineBytes: number, findings: Findings): GoMod {
  const mod: GoMod = { required: [], excluded: new Set(), replaced: new Map(), goVersion: undefined }
  let block: string | undefined
  let at = 0
  for (const { text, cut } of linesOf(bytes, lineBytes)) {
    at++
    const words = cut ? undefined : wordsOf(text)
    if (words?.length === 0) continue
    if (block !== undefined && words?.[0] === ')') block = undefined
    else if (block === undefined && words?.length === 2 && words[1] === '(') block = words[0]
    else {
      const [directive, ...rest] = block === undefined ? (words ?? []) : [block, ...(words ?? [])]
      if (directive === undefined || words === undefined || !addDirective(directive, rest, mod))
        findings.problem(`Line ${at} is no line of a go.mod file.`)
    }
  }
  if (block !== undefined) findings.problem('The file ends inside a block.')
  return mod
}

/** False for what is not understood. */
function addDirective(directive: string, words: readonly string[], mod: GoMod): boolean {
  const [first, second] = words
  if (first === undefined) return false
  switch (directive) {
    case 'require':
      if (words.length !== 2) return false
      mod.required.push({ path: first, version: second })
      return true
    case 'exclude':
      if (words.length !== 2) return false
      mod.excluded.add(`${first} ${second}`)
      return true
    case 'replace':
      return addReplacement(words, mod)
    case 'go':
      mod.goVersion = first
      return true
    default:
      return DIRECTIVES.has(directive)
  }
}

/** old [version] => new [version]; without a version the new one is a folder. */
function addReplacement(words: readonly string[], mod: GoMod): boolean {
  const arrow = words.indexOf('=>')
  const path = words[arrow + 1]
  if (arrow < 1 || arrow > 2 || path === undefined || words.length > arrow + 3) return false
  mod.replaced.set(words.slice(0, arrow).join(' '), { path, version: words[arrow + 2] })
  return true
}

function listsAll(goVersion: string | undefined): boolean {
  const [major = 0, minor = 0] = (goVersion ?? '').split('.').map((part) => Number.parseInt(part, 10))
  return major > 1 || (major === 1 && minor >= 17)
}
