// pylock.toml (packaging.python.org, "pylock.toml Specification"): [[packages]], whose version may be missing where it is made by a build.
import { createFindings } from '../../lock-file/findings.ts'
import { readToml } from '../../lock-file/toml.ts'
import { listOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePylock(bytes: Buffer): ParsedFile {
  const findings = createFindings('pypi')
  const document = readToml(bytes, findings)
  if (document !== undefined && valueAt(document, 'lock-version') === undefined)
    findings.problem('The file has no lock-version.')
  for (const entry of listOf(valueAt(document, 'packages'))) {
    // a folder is code of the project
    if (valueAt(entry, 'directory') !== undefined) continue
    findings.add(valueAt(entry, 'name'), valueAt(entry, 'version') ?? valueAt(valueAt(entry, 'vcs'), 'commit-id'))
  }
  return findings.parsed()
}
