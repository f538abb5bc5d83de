// Packages of programming languages: one feed each, whatever the operating system, and the names that its advisories use.
// Where an ecosystem sees one package behind several names (PEP 503, NuGet, Composer) the database does as well.
import type { SoftwarePackage } from '@yagura/schema'
import type { SchemeName } from '@yagura/versions'
import { readPurl } from '@yagura/versions/purl'
import type { Ecosystem } from './ecosystem.ts'

export const bitnami = language('Bitnami', 'go', { versionOf: withoutRevision })
/** Programs installed without a package manager: Bitnami's advisories speak of upstream versions of many. */
export const generic: Ecosystem = { ...language('Bitnami', 'go'), coversNamedOnly: true }
export const cargo = language('crates.io', 'semver')
export const composer = language('Packagist', 'composer', { separator: '/' })
export const conan = language('ConanCenter', 'conan')
export const gem = language('RubyGems', 'gem')
/** Modules by path; the standard library is `stdlib`, with the version of the toolchain that built the binary. */
export const golang = language('Go', 'go', { separator: '/', versionOf: withoutExperiments })
export const hex = language('Hex', 'hex')
export const maven = language('Maven', 'maven', { separator: ':' })
export const npm = language('npm', 'npm', { separator: '/' })
export const nuget = language('NuGet', 'nuget')
export const pub = language('Pub', 'semver')
export const pypi = language('PyPI', 'pep440')
export const swift = language('SwiftURL', 'semver', { separator: '/' })

interface Naming {
  /** Between namespace and name, where a package has both. */
  readonly separator?: string
  versionOf?(version: string): string
}

function language(feed: string, scheme: SchemeName, { separator, versionOf }: Naming = {}): Ecosystem {
  return {
    scheme,
    feeds: () => [feed],
    subjects: (item) => [
      {
        name: separator === undefined ? item.name : fullName(item, separator),
        version: versionOf?.(item.version) ?? item.version,
      },
    ],
  }
}

/** Extractors may give the whole name or its last part; the purl has both. */
function fullName(item: SoftwarePackage, separator: string): string {
  if (item.name.includes(separator)) return item.name
  const purl = readPurl(item.purl)
  return purl?.namespace ? `${purl.namespace}${separator}${purl.name}` : item.name
}

/** 7.0.5-3 is the third packaging of 7.0.5, not a pre-release of it. */
function withoutRevision(version: string): string {
  return version.replace(/(?:-(?:r?\d+))+$/, '')
}

/** go1.21.3 X:boringcrypto */
function withoutExperiments(version: string): string {
  return version.replace(/\s+X:.*$/, '')
}
