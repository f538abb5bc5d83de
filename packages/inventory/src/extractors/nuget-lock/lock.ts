// packages.lock.json (learn.microsoft.com, "Locking dependencies"): for each target framework the packages, direct and transitive.
import type { Limits } from '@yagura/kernel'
import { createFindings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { entriesOf, recordOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parseNugetLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('nuget')
  const document = readJson(bytes, limits, findings)
  const frameworks = valueAt(document, 'dependencies')
  if (document !== undefined && !recordOf(frameworks)) findings.problem('The file is no lock file of NuGet.')
  for (const [, packages] of entriesOf(frameworks))
    for (const [name, entry] of entriesOf(packages)) {
      // another project of the same solution
      if (textAt(entry, 'type')?.toLowerCase() === 'project') continue
      findings.add(name, valueAt(entry, 'resolved'))
    }
  return findings.parsed()
}
