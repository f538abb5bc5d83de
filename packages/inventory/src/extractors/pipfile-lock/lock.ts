// Pipfile.lock (pipenv.pypa.io, "Pipfile.lock"): groups of packages beside `_meta`; `default` and `develop`, and any others by name.
import type { Limits } from '@yagura/kernel'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { entriesOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePipfileLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('pypi')
  const document = readJson(bytes, limits, findings)
  if (document !== undefined && valueAt(document, '_meta') === undefined)
    findings.problem('The file is no lock file of pipenv.')
  for (const [group, packages] of entriesOf(document))
    if (group !== '_meta') for (const [name, entry] of entriesOf(packages)) addPackage(name, entry, findings)
  return findings.parsed()
}

function addPackage(name: string, entry: unknown, findings: Findings): void {
  const version = textAt(entry, 'version')
  if (version !== undefined) {
    const pinned = /^={2,3}([^*]+)$/.exec(version)?.[1]
    if (pinned === undefined) findings.leftOpen(name, 'no pinned version')
    else findings.add(name, pinned.trim())
  } else if (textAt(entry, 'git') !== undefined) findings.add(name, textAt(entry, 'ref'))
  else if (textAt(entry, 'path') === undefined) findings.leftOpen(name, 'no version')
}
