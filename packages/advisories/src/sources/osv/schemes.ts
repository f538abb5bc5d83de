// Ecosystem, as OSV names it → how its versions compare (OSV schema, "Defined ecosystems").
import type { SchemeName } from '@yagura/versions'

const SCHEMES: Readonly<Record<string, SchemeName>> = {
  AlmaLinux: 'rpm',
  Alpine: 'apk',
  'Amazon Linux': 'rpm',
  'Azure Linux': 'rpm',
  Bitnami: 'semver',
  Chainguard: 'apk',
  ConanCenter: 'conan',
  'crates.io': 'semver',
  Debian: 'dpkg',
  Go: 'semver',
  Hex: 'hex',
  Mageia: 'rpm',
  Maven: 'maven',
  npm: 'semver',
  NuGet: 'nuget',
  openEuler: 'rpm',
  openSUSE: 'rpm',
  'Oracle Linux': 'rpm',
  Packagist: 'composer',
  'Photon OS': 'rpm',
  Pub: 'semver',
  PyPI: 'pep440',
  'Red Hat': 'rpm',
  'Rocky Linux': 'rpm',
  RubyGems: 'gem',
  SUSE: 'rpm',
  SwiftURL: 'semver',
  Ubuntu: 'dpkg',
  Wolfi: 'apk',
}

/** `ecosystem` may have a release behind a colon. undefined where nothing is known. */
export function schemeOf(ecosystem: string): SchemeName | undefined {
  const name = ecosystem.split(':', 1)[0] ?? ''
  return Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined
}
