// pdm.lock (pdm-project.org, "Lock file"): a [[package]] for each; `path` and `editable` are code beside the project, `revision` a commit.
import { createFindings } from '../../lock-file/findings.ts'
import { readToml } from '../../lock-file/toml.ts'
import { listOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePdmLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('pypi')
  for (const entry of listOf(valueAt(readToml(bytes, findings), 'package'))) {
    const path = textAt(entry, 'path')
    if (valueAt(entry, 'editable') === true || (path !== undefined && !/\.(?:whl|tar\.gz|zip)$/.test(path))) continue
    findings.add(valueAt(entry, 'name'), valueAt(entry, 'version') ?? valueAt(entry, 'revision'))
  }
  return findings.parsed()
}
