// bun.lock (bun.sh/docs/install/lockfile; written by src/install/lockfile/bun.lock.zig): JSON with commas at ends. `packages` maps a place
// to a list whose first item is `name@version`, where the name is the real one behind an alias.
import type { Limits } from '@yagura/kernel'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { entriesOf, listOf, textOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'
import { withoutTrailingCommas } from './trailing-commas.ts'

/** Code of the project: its root, workspaces, and folders beside it. */
const LOCAL = /^(?:workspace|root|link|file|folder):/

export function parseBunLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('npm')
  const document = readJson(withoutTrailingCommas(bytes), limits, findings)
  if (document !== undefined && valueAt(document, 'lockfileVersion') === undefined)
    findings.problem('The file is no lock file of bun.')
  for (const [place, entry] of entriesOf(valueAt(document, 'packages')))
    addPackage(place, textOf(listOf(entry)[0]), findings)
  return findings.parsed()
}

function addPackage(place: string, locator: string | undefined, findings: Findings): void {
  const at = locator?.indexOf('@', 1) ?? -1
  if (locator === undefined || at < 0) {
    findings.problem('An entry names no package.')
    return
  }
  const name = locator.slice(0, at)
  const version = locator.slice(at + 1)
  if (/^\d/.test(version)) {
    findings.add(name, version)
    return
  }
  if (LOCAL.test(version) && !/\.(?:tgz|tar\.gz)$/.test(version)) return
  // github:user/repo#commit, git+ssh://…#commit
  const commit = /#([0-9a-f]{7,40})$/.exec(version)?.[1]
  if (commit) findings.add(name, commit)
  else findings.leftOpen(name || place, 'an address in place of a version')
}
