// Alpine and its kin: advisories name the origin (source) of a package, by branch. 3.18.9 is of branch v3.18; a snapshot is of edge.
// Where /etc/apk/repositories names another branch, that is where the packages come from.
// "Fixed in 0" means never affected; the ranges of OSV say so by themselves.
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { type Ecosystem, sourceOf } from './ecosystem.ts'

export const apk: Ecosystem = { scheme: 'apk', feeds, subjects: sourceOf }

/** Without releases: one feed for all. */
const ROLLING: Readonly<Record<string, string>> = { chainguard: 'Chainguard', wolfi: 'Wolfi' }

function feeds(_: SoftwarePackage, operatingSystem: OperatingSystem | null): string[] {
  if (!operatingSystem) return []
  const { id, versionId } = operatingSystem
  const rolling = Object.hasOwn(ROLLING, id) ? ROLLING[id] : undefined
  if (rolling) return [rolling]
  if (id !== 'alpine') return []
  if (operatingSystem.branch) return [`Alpine:${operatingSystem.branch}`]
  if (!versionId) return []
  const release = /^(\d+\.\d+)(\.\d+)*$/.exec(versionId)?.[1]
  return [release ? `Alpine:v${release}` : 'Alpine:edge']
}
