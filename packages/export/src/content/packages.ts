// Names of packages inside one document: unique, and the same in every run.
import type { SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'
import { contentDigest } from './digest.ts'

/** What a package is and where; two that agree in all of it are told apart by their order. */
export function packageDigests(packages: readonly SoftwarePackage[]): string[] {
  const seen = new Map<string, number>()
  return packages.map((item) => {
    const { type, name, version, purl, architecture, locations } = item
    const digest = contentDigest(type, name, version, purl, architecture, locations)
    const before = seen.get(digest) ?? 0
    seen.set(digest, before + 1)
    return before === 0 ? digest : contentDigest(digest, before)
  })
}

/** The packages that a finding is about: the same package may lie in several places, and matching said it once for each. */
export function packagesOf(packages: readonly SoftwarePackage[]): (finding: VulnerabilityFinding) => readonly number[] {
  const byIdentity = new Map<string, number[]>()
  for (const [index, item] of packages.entries()) {
    const key = identity(item.purl, item.name, item.version)
    const known = byIdentity.get(key)
    if (known) known.push(index)
    else byIdentity.set(key, [index])
  }
  return (finding) => byIdentity.get(identity(finding.purl, finding.package, finding.version)) ?? []
}

function identity(purl: string, name: string, version: string): string {
  return `${purl}\0${name}\0${version}`
}

/** Operating system packages, which belong to the component that stands for it. */
export function isSystemPackage({ type }: SoftwarePackage): boolean {
  return type === 'deb' || type === 'apk' || type === 'rpm'
}
