// uv.lock (docs.astral.sh/uv, "Lockfile"; crates/uv-resolver/src/lock): a [[package]] for each, whose source is a table of one key.
import { createFindings } from '../../lock-file/findings.ts'
import { readToml } from '../../lock-file/toml.ts'
import { listOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

/** The project itself, members of its workspace, folders beside it. */
const LOCAL = ['virtual', 'editable', 'directory'] as const

export function parseUvLock(bytes: Buffer): ParsedFile {
  const findings = createFindings('pypi')
  for (const entry of listOf(valueAt(readToml(bytes, findings), 'package'))) {
    const source = valueAt(entry, 'source')
    if (LOCAL.some((key) => valueAt(source, key) !== undefined)) continue
    // packages whose version is made while they are built have none; of a repository the commit is known
    const commit = /#([0-9a-f]{40})$/.exec(textAt(source, 'git') ?? '')?.[1]
    findings.add(valueAt(entry, 'name'), valueAt(entry, 'version') ?? commit)
  }
  return findings.parsed()
}
