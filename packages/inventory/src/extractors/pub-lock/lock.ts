// pubspec.lock (dart.dev, "pubspec.lock"; lib/src/lock_file.dart): `packages` by name, each with its source. Packages of the SDK carry no
// version of their own, those of a path are code of the project.
import { createFindings } from '../../lock-file/findings.ts'
import { entriesOf, recordOf, textAt, valueAt } from '../../lock-file/values.ts'
import { readYaml } from '../../lock-file/yaml.ts'
import type { ParsedFile } from '../extractor.ts'

export function parsePubspecLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('pub')
  const [document] = readYaml(bytes, findings)
  if (document !== undefined && document !== null && !recordOf(document))
    findings.problem('The file is no lock file of pub.')
  for (const [key, entry] of entriesOf(valueAt(document, 'packages'))) {
    const source = textAt(entry, 'source')
    if (source === 'path' || source === 'sdk') continue
    findings.add(textAt(valueAt(entry, 'description'), 'name') ?? key, valueAt(entry, 'version'))
  }
  return findings.parsed()
}
