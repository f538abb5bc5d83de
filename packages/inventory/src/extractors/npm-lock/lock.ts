// package-lock.json (docs of npm, "package-lock.json"): version 1 nests `dependencies` by name, versions 2 and 3 list `packages` by place.
import type { Limits } from '@yagura/kernel'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { entriesOf, recordOf, textAt, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

const MODULES = 'node_modules/'

export function parseNpmLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('npm')
  const document = readJson(bytes, limits, findings)
  const packages = valueAt(document, 'packages')
  const dependencies = valueAt(document, 'dependencies')
  // version 2 says everything twice; `packages` says more
  if (recordOf(packages)) addPlaces(packages, findings)
  else if (recordOf(dependencies)) addTree(dependencies, findings)
  else if (document !== undefined && valueAt(document, 'lockfileVersion') === undefined)
    findings.problem('The file is no lock file of npm.')
  return findings.parsed()
}

/** Keys without node_modules are the project itself and its workspaces; a link leads to one of those. */
function addPlaces(packages: unknown, findings: Findings): void {
  for (const [place, entry] of entriesOf(packages)) {
    const at = place.lastIndexOf(MODULES)
    if (at < 0 || valueAt(entry, 'link') === true) continue
    const name = place.slice(at + MODULES.length)
    // `name` is written where an alias, or a folder of another name, hides it
    const realName = textAt(entry, 'name') ?? name
    const version = valueAt(entry, 'version')
    if (typeof version === 'string' || version === undefined)
      findings.add(realName, version ?? commitOf(textAt(entry, 'resolved')))
    else findings.add(realName, version)
  }
}

function addTree(dependencies: unknown, findings: Findings): void {
  for (const [name, entry] of entriesOf(dependencies)) {
    addNode(name, textAt(entry, 'version'), findings)
    addTree(valueAt(entry, 'dependencies'), findings)
  }
}

/** In version 1 `version` is what to install: a version, `npm:name@version`, or an address. */
function addNode(name: string, version: string | undefined, findings: Findings): void {
  if (version === undefined) {
    findings.add(name, version)
    return
  }
  if (version.startsWith('npm:')) {
    const at = version.lastIndexOf('@')
    if (at > 'npm:'.length) findings.add(version.slice('npm:'.length, at), version.slice(at + 1))
    else findings.leftOpen(name, 'no version behind its alias')
    return
  }
  if (/^\d/.test(version)) {
    findings.add(name, version)
    return
  }
  const commit = commitOf(version)
  if (commit) findings.add(name, commit)
  else if (/^(?:file|link):/.test(version) && !/\.(?:tgz|tar\.gz|tar)$/.test(version)) return
  else findings.leftOpen(name, 'an address in place of a version')
}

function commitOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : /#([0-9a-f]{40})$/.exec(address)?.[1]
}
