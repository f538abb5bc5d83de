// Debian and Ubuntu: advisories name source packages, by release.
import type { OperatingSystem } from '@yagura/schema'
import { type Ecosystem, sourceOf } from './ecosystem.ts'

export const deb: Ecosystem = { scheme: 'dpkg', feeds, subject: sourceOf }

function feeds(operatingSystem: OperatingSystem | null): string[] {
  const versionId = operatingSystem?.versionId
  if (!versionId) return []
  // 12.13 is a point release of 12; sarge was 3.1.
  if (operatingSystem.id === 'debian') return [`Debian:${versionId}`, `Debian:${versionId.split('.')[0]}`]
  if (operatingSystem.id === 'ubuntu') return [`Ubuntu:${versionId}:LTS`, `Ubuntu:${versionId}`]
  return []
}
