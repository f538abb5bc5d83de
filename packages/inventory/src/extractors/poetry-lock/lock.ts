// poetry.lock (python-poetry.org, src/poetry/packages/locker.py): a [[package]] for each, with [package.source] where it is not from PyPI.
import { createFindings } from '../../lock-file/findings.ts'
import { readToml } from '../../lock-file/toml.ts'
import { listOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePoetryLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('pypi')
  for (const entry of listOf(valueAt(readToml(bytes, findings), 'package'))) {
    // a folder is code of the project
    if (textAt(valueAt(entry, 'source'), 'type') === 'directory') continue
    findings.add(valueAt(entry, 'name'), valueAt(entry, 'version'))
  }
  return findings.parsed()
}
