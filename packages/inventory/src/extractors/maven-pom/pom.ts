// Dependencies that a pom.xml names with their versions, its own or those of its dependencyManagement. Parents and imported lists are other
// files, which are not fetched: what only they tell is left open.
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import type { ParsedFile } from '../extractor.ts'
import { type Dependency, type Model, readModel, type Section } from './model.ts'
import { type Resolve, resolver } from './properties.ts'

const MAX_PROFILES = 100

export function parsePom(bytes: Buffer): ParsedFile {
  const findings = createFindings('maven')
  const model = readModel(bytes)
  if (model.fault) findings.problem(model.fault)
  if (model.hasParent) findings.problem('Its parent is another file; dependencies that come from there were not seen.')
  addSection(model, undefined, findings)
  const profiles = model.profiles.filter((profile) => profile.dependencies.length > 0)
  // each looks through all of dependencyManagement
  if (profiles.length > MAX_PROFILES) findings.problem(`It has more than ${MAX_PROFILES} profiles with dependencies.`)
  for (const profile of profiles.slice(0, MAX_PROFILES)) addSection(model, profile, findings)
  return findings.parsed()
}

function addSection(model: Model, profile: Section | undefined, findings: Findings): void {
  const resolve = resolver(model, profile)
  const managed = new Map<string, string>()
  for (const one of [...model.project.managed, ...(profile?.managed ?? [])]) {
    const key = keyOf(one, resolve)
    // an imported list brings versions, and is none itself
    if (one.scope !== 'import' && key !== undefined && one.version !== undefined) managed.set(key, one.version)
  }
  for (const one of (profile ?? model.project).dependencies) addDependency(one, managed, resolve, findings)
}

function addDependency(
  one: Dependency,
  managed: ReadonlyMap<string, string>,
  resolve: Resolve,
  findings: Findings,
): void {
  const name = nameOf(one, resolve)
  const shown = name ?? `${one.groupId ?? '?'}:${one.artifactId ?? '?'}`
  if (name === undefined) {
    findings.leftOpen(shown, 'a name that this file does not tell')
    return
  }
  const declared = one.version || managed.get(keyOf(one, resolve) ?? '')
  if (!declared) {
    findings.leftOpen(shown, 'a version that this file does not tell')
    return
  }
  const version = resolve(declared)
  if (version === undefined) {
    findings.leftOpen(shown, 'a version made of properties that this file does not set')
    return
  }
  const exact = /^\[([^[\](),]+)\]$/.exec(version)?.[1] ?? version
  if (/[[\](),]|^(?:LATEST|RELEASE)$/.test(exact)) findings.leftOpen(shown, 'a range of versions')
  else findings.add(name, exact.trim())
}

function nameOf({ groupId, artifactId }: Dependency, resolve: Resolve): string | undefined {
  const group = resolve(groupId ?? '')
  const artifact = resolve(artifactId ?? '')
  return group && artifact ? `${group}:${artifact}` : undefined
}

/** One artifact may be managed in several forms (maven.apache.org, "Dependency Management"). */
function keyOf(one: Dependency, resolve: Resolve): string | undefined {
  const name = nameOf(one, resolve)
  return name && `${name}:${resolve(one.type ?? 'jar')}:${resolve(one.classifier ?? '')}`
}
