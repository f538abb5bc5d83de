// yarn.lock, by its lines: an entry starts without indentation, its own fields have two blanks. Yarn 1 (its lockfile/stringify) has a
// syntax of its own; from yarn 2 on (berry, Project.generateLockfile) it is YAML of the same shape, with `resolution` saying what was taken.
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

interface Entry {
  readonly line: number
  /** `"a@^1.0.0", "a@^1.1.0"` as written. */
  readonly descriptors: string
  version?: string
  resolution?: string
}

/** Protocols of code that lies in the project (berry, "Protocols"). */
const LOCAL = /^(?:workspace|link|portal|exec):/

export function parseYarnLock(bytes: Buffer, lineBytes: number): ParsedFile {
  const findings = createFindings('npm')
  let entry: Entry | undefined
  let at = 0
  for (const { text, cut } of linesOf(bytes, lineBytes)) {
    at++
    const line = text.trimEnd()
    if (cut) findings.problem(`Line ${at} is longer than ${lineBytes} bytes; its end was left aside.`)
    if (line === '' || line.startsWith('#') || line === ':') continue
    if (/^\S/.test(line)) {
      finish(entry, findings)
      entry = undefined
      // a key of more than 1024 characters is written behind a question mark, with its colon on the next line
      const key = line.startsWith('? ') ? line.slice(2) : line.endsWith(':') ? line.slice(0, -1) : undefined
      if (key === undefined) findings.problem(`Line ${at} is no entry.`)
      else if (key !== '__metadata') entry = { line: at, descriptors: key }
      continue
    }
    const field = /^ {2}"?(version|resolution)"?(?::|\s)\s*(.+)$/.exec(line)
    if (entry && field) entry[field[1] as 'version' | 'resolution'] = unquote(field[2] ?? '')
  }
  finish(entry, findings)
  return findings.parsed()
}

function finish(entry: Entry | undefined, findings: Findings): void {
  if (!entry) return
  // `a@range, a@range` share one entry, so that the first tells the name
  const descriptor = entry.resolution ?? unquote(firstOf(entry.descriptors))
  const split = descriptor.indexOf('@', 1)
  if (split < 0) {
    findings.problem(`The entry of line ${entry.line} names no package.`)
    return
  }
  const name = descriptor.slice(0, split)
  const range = descriptor.slice(split + 1)
  if (LOCAL.test(range) || entry.version === '0.0.0-use.local' || isLocalFolder(range)) return
  findings.add(entry.resolution === undefined ? (aliased(range) ?? name) : name, entry.version)
}

function firstOf(descriptors: string): string {
  const quoted = /^"[^"]*"/.exec(descriptors)?.[0]
  // in berry all descriptors stand inside one pair of quotes
  return unquote(quoted ?? descriptors).split(', ')[0] ?? ''
}

/** `npm:real-name@^1.0.0`; `npm:^1.0.0` is no alias. */
function aliased(range: string): string | undefined {
  const split = range.startsWith('npm:') ? range.indexOf('@', 'npm:@'.length) : -1
  return split < 0 ? undefined : range.slice('npm:'.length, split)
}

/** `file:` of a packed package is a package; of a folder it is code of the project. */
function isLocalFolder(range: string): boolean {
  return /^(?:file:|\.{0,2}\/)/.test(range) && !/\.(?:tgz|tar\.gz)(?:$|[#:])/.test(range)
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}
