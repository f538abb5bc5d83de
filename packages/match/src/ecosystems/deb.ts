// Debian and Ubuntu: advisories name source packages, by release. What Ubuntu sells apart (ESM, FIPS, real-time kernels) has
// streams of its own, which the version of a package tells: a fix there is none for those who do not have it.
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { type Ecosystem, sourceOf } from './ecosystem.ts'

export const deb: Ecosystem = { scheme: 'dpkg', feeds, subjects: sourceOf }

function feeds(item: SoftwarePackage, operatingSystem: OperatingSystem | null): string[] {
  const versionId = operatingSystem?.versionId
  if (!versionId) return []
  // 12.13 is a point release of 12; sarge was 3.1.
  if (operatingSystem.id === 'debian') return [`Debian:${versionId}`, `Debian:${versionId.split('.')[0]}`]
  if (operatingSystem.id === 'ubuntu') return ubuntu(item.source?.version ?? item.version, item.name, versionId)
  return []
}

function ubuntu(version: string, name: string, release: string): string[] {
  if (/fips/i.test(version)) return [`Ubuntu:Pro:FIPS-updates:${release}:LTS`, `Ubuntu:Pro:FIPS:${release}:LTS`]
  if (/realtime/.test(name)) return [`Ubuntu:Pro:Realtime:${release}:LTS`]
  if (/[+~]esm\d/.test(version)) return [`Ubuntu:Pro:${release}:LTS`]
  return [`Ubuntu:${release}:LTS`, `Ubuntu:${release}`]
}
