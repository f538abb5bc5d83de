// mix.lock (hexdocs.pm/mix, Mix.Dep.Lock; Hex.Utils.lock): an Elixir map from application to a tuple
// {:hex, :package, "version", "checksum", managers, dependencies, "repository", "checksum"} or {:git, "address", "commit", options}.
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { parseTerm, type Term } from './term.ts'

const MAX_BYTES = 16 * 1024 * 1024

export function parseMixLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('hex')
  if (bytes.length > MAX_BYTES) findings.problem(`The lock file is larger than ${MAX_BYTES} bytes.`)
  else if (bytes.toString('utf8').trim() !== '') {
    const { term, complete } = parseTerm(bytes.toString('utf8'))
    if (term?.kind !== 'map' || !complete)
      findings.problem('The file is not the Elixir map that mix writes, or ends early.')
    if (term?.kind === 'map') for (const { key, value } of pairs(term.items)) addEntry(textOf(key), value, findings)
  }
  return findings.parsed()
}

function addEntry(application: string | undefined, entry: Term, findings: Findings): void {
  const parts = entry.kind === 'tuple' ? entry.items : []
  const source = textOf(parts[0])
  if (source === 'hex') {
    const name = textOf(parts[1])
    const organisation = /^hexpm:(.+)$/.exec(textOf(parts[6]) ?? '')?.[1]
    findings.add(organisation === undefined || name === undefined ? name : `${organisation}/${name}`, textOf(parts[2]))
  } else if (source === 'git') findings.add(application, textOf(parts[2]))
  else findings.leftOpen(application ?? 'an entry', 'no known source')
}

function* pairs(items: readonly Term[]): Generator<{ key: Term; value: Term }> {
  for (let at = 0; at + 1 < items.length; at += 2) yield { key: items[at] as Term, value: items[at + 1] as Term }
}

function textOf(term: Term | undefined): string | undefined {
  return term?.kind === 'text' ? term.text : undefined
}
