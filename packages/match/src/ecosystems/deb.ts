// Debian and Ubuntu: advisories name source packages, by release.
import type { OperatingSystem } from '@yagura/schema'
import { type Ecosystem, sourceOf } from './ecosystem.ts'

export const deb: Ecosystem = { scheme: 'dpkg', feeds, subject: sourceOf }

function feeds(operatingSystem: OperatingSystem | null): string[] {
  const versionId = operatingSystem?.versionId
  if (!versionId) return []
  if (operatingSystem.id === 'debian') return [`Debian:${versionId.split('.')[0]}`]
  if (operatingSystem.id === 'ubuntu') return [`Ubuntu:${versionId}:LTS`, `Ubuntu:${versionId}`]
  return []
}
