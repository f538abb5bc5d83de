// One OSV record → the advisory that is stored. The meaning of ranges is kept as written; only what cannot name a package version goes.
import type { RangeEvent, VersionRange } from '@yagura/versions'
import type { AffectedPackage, SourceAdvisory } from '../../advisory.ts'
import { instant } from '../shared/instant.ts'
import { listedBeside } from './listed.ts'
import type { OsvAffected, OsvRecord } from './schema.ts'
import { isUnimportant, severityOf } from './severity.ts'

const MAX_SUMMARY_LENGTH = 280
const MAX_REFERENCES = 8

export function advisoryOf(record: OsvRecord): SourceAdvisory {
  const affected = record.affected.flatMap((item) => affectedPackage(record, item) ?? [])
  return {
    id: record.id,
    aliases: others(record.id, record.aliases),
    upstream: others(record.id, record.upstream),
    related: others(record.id, record.related),
    summary: summaryOf(record),
    references: referencesOf(record),
    publishedAt: instant(record.published),
    modifiedAt: instant(record.modified),
    affected,
  }
}

function affectedPackage(record: OsvRecord, item: OsvAffected): AffectedPackage | undefined {
  if (!item.package) return undefined
  const ranges = item.ranges.flatMap((range) => versionRange(range) ?? [])
  if (ranges.length === 0 && item.versions.length === 0) return undefined
  return {
    ecosystem: item.package.ecosystem,
    packageName: item.package.name,
    severity: severityOf(record, item),
    ...(isUnimportant(item) ? { isUnimportant: true } : {}),
    ranges,
    versions: listedBeside(item.package.ecosystem, ranges, item.versions),
  }
}

/** GIT ranges name commits, not versions: they are left out. */
function versionRange(range: OsvAffected['ranges'][number]): VersionRange | undefined {
  if (range.type !== 'SEMVER' && range.type !== 'ECOSYSTEM') return undefined
  const events = range.events.flatMap(eventsOf)
  // one limit without end is enough to have none
  const isEndless = events.some(({ kind, version }) => kind === 'limit' && version === '*')
  return { type: range.type, events: isEndless ? events.filter(({ kind }) => kind !== 'limit') : events }
}

function eventsOf(event: OsvAffected['ranges'][number]['events'][number]): RangeEvent[] {
  const events: RangeEvent[] = []
  if (event.introduced !== undefined) events.push({ kind: 'introduced', version: event.introduced })
  if (event.fixed !== undefined) events.push({ kind: 'fixed', version: event.fixed })
  if (event.last_affected !== undefined) events.push({ kind: 'lastAffected', version: event.last_affected })
  if (event.limit !== undefined) events.push({ kind: 'limit', version: event.limit })
  return events
}

function others(id: string, ids: readonly string[]): string[] {
  return [...new Set(ids)].filter((other) => other !== id).sort()
}

/** The summary, or the first paragraph of the details where there is none. */
function summaryOf(record: OsvRecord): string | null {
  const text = record.summary || (record.details ?? '').trim().split(/\n\s*\n/, 1)[0]
  const line = (text ?? '').replace(/\s+/g, ' ').trim()
  if (!line) return null
  return line.length <= MAX_SUMMARY_LENGTH ? line : `${line.slice(0, MAX_SUMMARY_LENGTH - 1).trimEnd()}…`
}

/** Web addresses only, advisories and fixes first. */
function referencesOf(record: OsvRecord): string[] {
  const rank = (type: string) => (type === 'ADVISORY' ? 0 : type === 'FIX' ? 1 : 2)
  const urls = record.references
    .filter(({ url }) => /^https?:\/\/[^\s]+$/.test(url) && url.length <= 2048)
    .toSorted((a, b) => rank(a.type) - rank(b.type))
    .map(({ url }) => url)
  return [...new Set(urls)].slice(0, MAX_REFERENCES)
}
