// Results: what was found, and where in the image.
import type { PackageLocation, ScanReport, Suppression, VulnerabilityFinding } from '@yagura/schema'
import { contentDigest } from '../../content/digest.ts'
import { attackNote } from '../../content/exploitation.ts'
import { isHarmless } from '../../content/order.ts'
import { packagesOf } from '../../content/packages.ts'
import { pathReference } from '../../text/uri.ts'
import { levelOf } from './levels.ts'
import { mistakeRule, secretRule } from './rules.ts'

const MAX_LOCATIONS = 10

export function resultsOf(report: ScanReport, ruleIndex: ReadonlyMap<string, number>) {
  const indicesOf = packagesOf(report.packages)
  const ruleOf = (ruleId: string) => ({ ruleId, ruleIndex: ruleIndex.get(ruleId) })
  const vulnerability = (finding: VulnerabilityFinding, suppressions: readonly Suppression[]) => {
    const found = indicesOf(finding).flatMap((index) => report.packages[index] ?? [])
    const locations = found.flatMap((item) => item.locations)
    const { id, package: name, version, purl, status, aliases, fixedIn, kev, epss } = finding
    return {
      ...ruleOf(id),
      ...verdict(finding),
      message: { text: sentence(finding) },
      locations: packageLocations(finding, locations),
      partialFingerprints: fingerprint(id, purl || name, version, locations.map(({ path }) => path).sort()),
      ...(suppressions.length === 0 ? {} : { suppressions: suppressions.map(suppressionOf) }),
      properties: {
        ...{ package: name, version, purl, status, aliases, fixedIn, layer: found[0]?.layer ?? null },
        ...(kev ? { kev } : {}),
        ...(epss ? { epss } : {}),
      },
    }
  }
  return [
    ...once(report.findings).map((finding) => vulnerability(finding, [])),
    ...once(report.suppressed).map((finding) => vulnerability(finding, [finding.suppression])),
    ...withSuppressions(report.secrets, report.suppressedSecrets).map(({ item: secret, suppressions }) => ({
      ...ruleOf(secretRule(secret.kind)),
      level: levelOf(secret.severity),
      message: { text: `${secret.kind} in ${secret.path}: ${secret.match}` },
      locations: [physical(secret.path, secret.line)],
      partialFingerprints: fingerprint(secret.kind, secret.path, secret.match),
      ...suppressions,
      properties: { layer: secret.layer, createdBy: secret.createdBy, deletedIn: secret.deletedIn },
    })),
    ...withSuppressions(report.mistakes, report.suppressedMistakes).map(({ item: mistake, suppressions }) => ({
      ...ruleOf(mistakeRule(mistake.check)),
      level: levelOf(mistake.severity),
      message: { text: `${mistake.message} ${mistake.remedy}` },
      locations: mistake.path === null ? [{ logicalLocations: [image(report)] }] : [physical(mistake.path, null)],
      partialFingerprints: fingerprint(mistake.check, mistake.path, mistake.message),
      ...suppressions,
      properties: { layer: mistake.layer },
    })),
  ]
}

/** A package that lies in several places is one result with all of them. */
function once<T extends VulnerabilityFinding>(findings: readonly T[]): T[] {
  const byIdentity = new Map<string, T>()
  for (const finding of findings) {
    const { id, package: name, version, purl } = finding
    const key = contentDigest(id, name, version, purl)
    if (!byIdentity.has(key)) byIdentity.set(key, finding)
  }
  return [...byIdentity.values()]
}

/** Results that are no failures have no level (section 3.27.10). */
function verdict(finding: VulnerabilityFinding) {
  if (finding.status === 'not-covered') return { kind: 'open', level: 'none' }
  if (isHarmless(finding)) return { kind: 'pass', level: 'none' }
  return { kind: 'fail', level: levelOf(finding.severity) }
}

function sentence(finding: VulnerabilityFinding): string {
  const { id, package: name, version, reason, fixedIn } = finding
  const fix = fixedIn.length > 0 ? ` Fixed in ${fixedIn.join(', ')}.` : ''
  const attacks = attackNote(finding)
  return `${id} in ${name} ${version}: ${reason}${fix}${attacks === '' ? '' : ` It is ${attacks}.`}`
}

function packageLocations(finding: VulnerabilityFinding, locations: readonly PackageLocation[]) {
  const logicalLocations = [
    {
      name: finding.package,
      fullyQualifiedName: finding.purl || `${finding.package}@${finding.version}`,
      kind: 'package',
    },
  ]
  if (locations.length === 0) return [{ logicalLocations }]
  return locations.slice(0, MAX_LOCATIONS).map(({ path }) => ({ ...physical(path, null), logicalLocations }))
}

function physical(path: string, line: number | null) {
  return {
    physicalLocation: {
      artifactLocation: { uri: pathReference(path), uriBaseId: 'ROOT' },
      region: { startLine: line ?? 1 },
    },
  }
}

function image({ image: { names, digest }, target }: ScanReport) {
  return { name: names[0] ?? target, fullyQualifiedName: digest ?? target, kind: 'module' }
}

function withSuppressions<T>(open: readonly T[], settled: readonly (T & { readonly suppression: Suppression })[]) {
  return [
    ...open.map((item) => ({ item, suppressions: {} })),
    ...settled.map((item) => ({ item, suppressions: { suppressions: [suppressionOf(item.suppression)] } })),
  ]
}

function suppressionOf({ kind, source, reason, expires }: Suppression) {
  return { kind: 'external', status: 'accepted', justification: reason, properties: { from: kind, source, expires } }
}

/** Of what the finding is about; times, severities and wording may change without making it another one. */
function fingerprint(...parts: readonly unknown[]) {
  return { 'yagura/v1': contentDigest(...parts).slice(0, 32) }
}
