// A line of an SBOM → a package. The purl is believed before the fields beside it, as advisories are found by it; where they say
// different things that is told.
import type { SoftwarePackage } from '@yagura/schema'
import { type Purl, readPurl } from '@yagura/versions/purl'
import type { SbomEntry } from './document.ts'
import { isSameName, isSameVersion, packageName, packageVersion, upstreamOf } from './purl.ts'

export const COMPLAINTS = {
  'no-identity': 'has no package URL, name or version that can be used; it was left out',
  'bad-purl': 'has a package URL that cannot be read',
  'other-purl': 'has another name, version or type than its package URL; the package URL was believed',
} as const

export type Complaint = keyof typeof COMPLAINTS

const MAX_TEXT = 512

/** `evidence` stands for where it was found, when the document does not tell. */
export function toPackage(
  entry: SbomEntry,
  evidence: string,
  complain: (complaint: Complaint) => void,
): SoftwarePackage | undefined {
  const purl = entry.purl === undefined ? undefined : readPurl(entry.purl)
  if (entry.purl !== undefined && !purl) complain('bad-purl')
  const type = purl?.type ?? entry.type
  const name = nameOf(entry, purl)
  const version = versionOf(entry, purl)
  if (type === undefined || !isUsable(name) || !isUsable(version)) {
    complain('no-identity')
    return undefined
  }
  if (purl && isContradicted(entry, purl, name, version)) complain('other-purl')
  const source = sourceOf(entry, purl, type, name, version)
  return {
    name,
    version,
    type,
    purl: purl && entry.purl !== undefined ? entry.purl : '',
    architecture: entry.architecture ?? purl?.qualifiers.get('arch')?.slice(0, MAX_TEXT) ?? null,
    source,
    licenses: [...entry.licenses],
    locations: entry.locations.length > 0 ? [...entry.locations] : [{ path: evidence, layer: entry.layer }],
    layer: entry.layer,
    ownedBy: entry.ownedBy ?? null,
    ...(entry.vendor ? { vendor: entry.vendor } : {}),
    ...moduleOf(entry, purl),
  }
}

function isUsable(text: string | undefined): text is string {
  return text !== undefined && text.length > 0 && text.length <= MAX_TEXT
}

function nameOf(entry: SbomEntry, purl: Purl | undefined): string | undefined {
  if (!purl) return entry.name
  const name = packageName(purl)
  return entry.name !== undefined && isSameName(purl.type, entry.name, name) ? entry.name : name
}

function versionOf(entry: SbomEntry, purl: Purl | undefined): string | undefined {
  const version = purl && packageVersion(purl)
  if (!purl || version === undefined) return entry.version
  if (entry.version === undefined || !isSameVersion(purl.type, entry.version, version)) return version
  // the one with the epoch says more
  return /^\d+:/.test(version) ? version : entry.version
}

function isContradicted(entry: SbomEntry, purl: Purl, name: string, version: string): boolean {
  if (entry.type !== undefined && entry.type !== purl.type) return true
  if (entry.name !== undefined && !isSameName(purl.type, entry.name, name) && entry.name !== purl.name) return true
  return entry.version !== undefined && !isSameVersion(purl.type, entry.version, version)
}

/** dpkg and apk leave it out where it is the package itself, and so do those who copy from them. */
function sourceOf(entry: SbomEntry, purl: Purl | undefined, type: string, name: string, version: string) {
  const { source } = entry
  if (source) return { name: source.name, version: source.version ?? version }
  const upstream = purl && upstreamOf(purl, version)
  if (upstream && isUsable(upstream.name) && isUsable(upstream.version)) return upstream
  return type === 'deb' || type === 'apk' ? { name, version } : null
}

function moduleOf(entry: SbomEntry, purl: Purl | undefined): { module?: string } {
  const module = entry.module ?? purl?.qualifiers.get('rpmmod') ?? purl?.qualifiers.get('modularitylabel')
  // name:stream:version:context
  return module === undefined ? {} : { module: module.split(':').slice(0, 2).join(':').slice(0, MAX_TEXT) }
}
