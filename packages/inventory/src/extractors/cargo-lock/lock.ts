// Cargo.lock, versions 1 to 4 (doc.rust-lang.org/cargo, src/cargo/core/resolver/encode.rs): [[package]] with name, version, source.
// What has no source is a member of the workspace or a path beside it.
import { createFindings } from '../../lock-file/findings.ts'
import { readToml } from '../../lock-file/toml.ts'
import { listOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

export function parseCargoLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('cargo')
  const document = readToml(bytes, findings)
  for (const entry of listOf(valueAt(document, 'package'))) {
    // [replace] puts another entry of the list in the place of this one
    if (valueAt(entry, 'source') === undefined || valueAt(entry, 'replace') !== undefined) continue
    findings.add(valueAt(entry, 'name'), valueAt(entry, 'version'))
  }
  return findings.parsed()
}
