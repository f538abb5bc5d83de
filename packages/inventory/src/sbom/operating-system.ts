// Which operating system an SBOM is of: told by a component of its own, else by the qualifier `distro` that most packages share.
import type { OperatingSystem } from '@yagura/schema'
import { readPurl } from '@yagura/versions/purl'
import type { SbomEntry } from './document.ts'

/** Names that scanners have for what os-release(5) calls otherwise. */
const IDS: Readonly<Record<string, string>> = {
  alma: 'almalinux',
  amazon: 'amzn',
  'cbl-mariner': 'mariner',
  oracle: 'ol',
  redhat: 'rhel',
  'suse linux enterprise server': 'sles',
}

export function systemOf(
  name: string | undefined,
  version: string | undefined,
  prettyName: string | undefined,
  branch?: string,
): OperatingSystem | null {
  if (name === undefined) return null
  const id = name.toLowerCase()
  return {
    id: Object.hasOwn(IDS, id) ? (IDS[id] ?? id) : id,
    versionId: version ?? null,
    prettyName: prettyName ?? null,
    ...(branch === undefined ? {} : { branch }),
  }
}

const SAMPLE = 2000

export function systemFromPurls(entries: readonly SbomEntry[]): OperatingSystem | null {
  const votes = new Map<string, { system: OperatingSystem; count: number }>()
  for (const entry of entries.slice(0, SAMPLE)) {
    const purl = entry.purl === undefined ? undefined : readPurl(entry.purl)
    const distro = purl?.qualifiers.get('distro')
    if (!purl || distro === undefined || !['deb', 'apk', 'rpm'].includes(purl.type)) continue
    const match = /^([a-z][a-z._-]*)-(\d[\w.]*)$/.exec(distro)
    // Trivy writes the version alone, beside the vendor
    const system = systemOf(match?.[1] ?? purl.namespace, match?.[2] ?? distro, undefined)
    if (!system) continue
    const key = `${system.id}-${system.versionId}`
    const known = votes.get(key)
    if (known) known.count++
    else votes.set(key, { system, count: 1 })
  }
  return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.system ?? null
}
