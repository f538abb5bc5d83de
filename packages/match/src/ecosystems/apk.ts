// Alpine: advisories name the origin (source) of a package, by branch. 3.18.9 is of branch v3.18; a snapshot is of edge.
import type { OperatingSystem } from '@yagura/schema'
import { type Ecosystem, sourceOf } from './ecosystem.ts'

export const apk: Ecosystem = { scheme: 'apk', feeds, subject: sourceOf }

function feeds(operatingSystem: OperatingSystem | null): string[] {
  const versionId = operatingSystem?.versionId
  if (operatingSystem?.id !== 'alpine' || !versionId) return []
  const release = /^(\d+\.\d+)(\.\d+)*$/.exec(versionId)?.[1]
  return [release ? `Alpine:v${release}` : 'Alpine:edge']
}
