// Records of the database as JSON tuples: short, and checked by the checksum of their block rather than field by field.
import { SEVERITIES, severityRank } from '@yagura/schema/severities'
import type { RangeEvent, VersionRange } from '@yagura/versions'
import type { Advisory, AdvisoryDetail, AffectedPackage } from '../advisory.ts'
import type { Locator } from './blocks.ts'

type EncodedRange = readonly [type: 0 | 1, ...events: string[]]
type EncodedAdvisory = readonly [
  id: string,
  detail: Locator,
  severity: number,
  ranges: readonly EncodedRange[],
  ...versions: string[],
]
/** All that is known about one package. */
type EncodedPackage = readonly [ecosystem: string, name: string, ...advisories: EncodedAdvisory[]]
type EncodedDetail = readonly [
  aliases: readonly string[],
  upstream: readonly string[],
  related: readonly string[],
  summary: string | null,
  publishedAt: string | null,
  modifiedAt: string | null,
  ...references: string[],
]

const EVENT_LETTERS = { introduced: 'i', fixed: 'f', lastAffected: 'a', limit: 'l' } as const
const EVENT_KINDS = { i: 'introduced', f: 'fixed', a: 'lastAffected', l: 'limit' } as const

export function encodeDetail(detail: AdvisoryDetail): string {
  const { aliases, upstream, related, summary, publishedAt, modifiedAt, references } = detail
  const encoded: EncodedDetail = [aliases, upstream, related, summary, publishedAt, modifiedAt, ...references]
  return JSON.stringify(encoded)
}

export function decodeDetail(record: unknown): AdvisoryDetail {
  const [aliases, upstream, related, summary, publishedAt, modifiedAt, ...references] = record as EncodedDetail
  return { aliases, upstream, related, summary, publishedAt, modifiedAt, references }
}

export function encodeAdvisory(id: string, detail: Locator, affected: AffectedPackage): string {
  const ranges = affected.ranges.map(encodeRange)
  const encoded: EncodedAdvisory = [id, detail, severityRank(affected.severity), ranges, ...affected.versions]
  return JSON.stringify(encoded)
}

function encodeRange(range: VersionRange): EncodedRange {
  const events = range.events.map((event) => EVENT_LETTERS[event.kind] + event.version)
  return [range.type === 'SEMVER' ? 1 : 0, ...events]
}

/** `advisories`: as encodeAdvisory wrote them. */
export function encodePackage(ecosystem: string, packageName: string, advisories: readonly string[]): string {
  return `[${[JSON.stringify(ecosystem), JSON.stringify(packageName), ...advisories].join(',')}]`
}

export interface DecodedPackage {
  readonly ecosystem: string
  readonly packageName: string
  readonly advisories: readonly Advisory[]
}

export function decodePackage(record: unknown, detailAt: (locator: Locator) => AdvisoryDetail): DecodedPackage {
  const [ecosystem, packageName, ...encoded] = record as EncodedPackage
  const advisories = encoded.map(([id, locator, severity, ranges, ...versions]) => ({
    id,
    ecosystem,
    packageName,
    severity: SEVERITIES[severity] ?? 'unknown',
    ranges: ranges.map(decodeRange),
    versions,
    detail: () => detailAt(locator),
  }))
  return { ecosystem, packageName, advisories }
}

function decodeRange([type, ...events]: EncodedRange): VersionRange {
  return { type: type === 1 ? 'SEMVER' : 'ECOSYSTEM', events: events.map(decodeEvent) }
}

function decodeEvent(text: string): RangeEvent {
  return { kind: EVENT_KINDS[text[0] as keyof typeof EVENT_KINDS], version: text.slice(1) }
}
