// Records of the tables `packages` and `details` as JSON tuples: short, and checked by the checksum of their block rather than field by field.
import { SEVERITIES, severityRank } from '@yagura/schema/severities'
import type { RangeEvent, VersionRange } from '@yagura/versions'
import type { Advisory, AdvisoryDetail, AffectedPackage } from '../advisory.ts'

type EncodedRange = readonly [type: 0 | 1, ...events: string[]]
/** `rank`: of the severity, plus UNIMPORTANT. */
type EncodedAffected = readonly [rank: number, ranges: readonly EncodedRange[], ...versions: string[]]
type EncodedDetail = readonly [
  aliases: readonly string[],
  upstream: readonly string[],
  related: readonly string[],
  summary: string | null,
  publishedAt: string | null,
  modifiedAt: string | null,
  ...references: string[],
]

const UNIMPORTANT = 16
const EVENT_LETTERS = { introduced: 'i', fixed: 'f', lastAffected: 'a', limit: 'l' } as const
const EVENT_KINDS = { i: 'introduced', f: 'fixed', a: 'lastAffected', l: 'limit' } as const

/** Start of the keys of all that is known about a package; the id of the advisory follows. */
export function packagePrefix(ecosystem: string, packageName: string): string {
  return `${ecosystem}\0${packageKey(ecosystem, packageName)}\0`.toWellFormed()
}

/**
 * One name where an ecosystem sees one package behind several: PEP 503 for PyPI; NuGet and Composer ignore the case. So do package URLs
 * of Go modules, which is all that an SBOM may tell of one.
 */
export function packageKey(ecosystem: string, packageName: string): string {
  if (ecosystem === 'PyPI') return packageName.toLowerCase().replace(/[-_.]+/g, '-')
  if (ecosystem === 'NuGet' || ecosystem === 'Go' || ecosystem.split(':', 1)[0] === 'Packagist')
    return packageName.toLowerCase()
  return packageName
}

export function encodeDetail(detail: AdvisoryDetail): string {
  const { aliases, upstream, related, summary, publishedAt, modifiedAt, references } = detail
  const encoded: EncodedDetail = [aliases, upstream, related, summary, publishedAt, modifiedAt, ...references]
  return JSON.stringify(encoded)
}

export function decodeDetail(record: unknown): AdvisoryDetail {
  const [aliases, upstream, related, summary, publishedAt, modifiedAt, ...references] = record as EncodedDetail
  return { aliases, upstream, related, summary, publishedAt, modifiedAt, references }
}

/** All that one advisory says of one package. */
export function encodeAffected(affected: readonly AffectedPackage[]): string {
  return JSON.stringify(
    affected.map(({ severity, isUnimportant, ranges, versions }): EncodedAffected => {
      const rank = severityRank(severity) + (isUnimportant ? UNIMPORTANT : 0)
      return [rank, ranges.map(encodeRange), ...versions]
    }),
  )
}

function encodeRange(range: VersionRange): EncodedRange {
  const events = range.events.map((event) => EVENT_LETTERS[event.kind] + event.version)
  return [range.type === 'SEMVER' ? 1 : 0, ...events]
}

export function decodeAffected(key: string, record: unknown, detailOf: (id: string) => AdvisoryDetail): Advisory[] {
  const { ecosystem, packageName, id } = splitPackageKey(key)
  return (record as EncodedAffected[]).map(([rank, ranges, ...versions]) => ({
    id,
    ecosystem,
    packageName,
    severity: SEVERITIES[rank % UNIMPORTANT] ?? 'unknown',
    ...(rank >= UNIMPORTANT ? { isUnimportant: true } : {}),
    ranges: ranges.map(decodeRange),
    versions,
    detail: () => detailOf(id),
  }))
}

/** Names of packages may hold a NUL, those of ecosystems and ids do not. */
export function splitPackageKey(key: string): { ecosystem: string; packageName: string; id: string } {
  const first = key.indexOf('\0')
  const last = key.lastIndexOf('\0')
  return { ecosystem: key.slice(0, first), packageName: key.slice(first + 1, last), id: key.slice(last + 1) }
}

function decodeRange([type, ...events]: EncodedRange): VersionRange {
  return { type: type === 1 ? 'SEMVER' : 'ECOSYSTEM', events: events.map(decodeEvent) }
}

function decodeEvent(text: string): RangeEvent {
  return { kind: EVENT_KINDS[text[0] as keyof typeof EVENT_KINDS], version: text.slice(1) }
}
