// Language packages whose advisories use Semantic Versioning: one feed each, whatever the operating system.
import type { SoftwarePackage } from '@yagura/schema'
import type { Ecosystem } from './ecosystem.ts'

export const cargo = language('crates.io', (version) => version)
export const npm = language('npm', (version) => version)
/** Go writes v1.2.3; its advisories leave the v out. */
export const golang = language('Go', (version) => version.replace(/^v/, ''))

function language(feed: string, versionOf: (version: string) => string): Ecosystem {
  return {
    scheme: 'semver',
    feeds: () => [feed],
    subject: ({ name, version }: SoftwarePackage) => ({ name, version: versionOf(version) }),
  }
}
