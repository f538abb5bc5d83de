// composer.lock (getcomposer.org, Composer\Package\Locker): `packages` and `packages-dev`. Versions stand as the tag has them, so v1.2 stays v1.2.
import type { Limits } from '@yagura/kernel'
import { createFindings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { listOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parseComposerLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('composer')
  const document = readJson(bytes, limits, findings)
  if (document !== undefined && !Array.isArray(valueAt(document, 'packages')))
    findings.problem('The file is no lock file of composer.')
  for (const group of ['packages', 'packages-dev'])
    for (const entry of listOf(valueAt(document, group))) {
      // a folder of the project
      if (textAt(valueAt(entry, 'dist'), 'type') === 'path') continue
      const version = valueAt(entry, 'version')
      // mirrors of other registries write dates as numbers
      findings.add(valueAt(entry, 'name'), Number.isSafeInteger(version) ? String(version) : version)
    }
  return findings.parsed()
}
