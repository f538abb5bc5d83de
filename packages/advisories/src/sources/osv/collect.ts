// Brings the records of all archives together: of copies the newest counts, what was withdrawn goes, and every advisory gets
// the names that others know its vulnerability by.
import { type Severity, severityRank } from '@yagura/schema/severities'
import { carriedBy, isCve, type SourceAdvisory } from '../../advisory.ts'
import type { EcosystemSummary } from '../../database/meta.ts'
import { encodeAffected, encodeDetail, packagePrefix } from '../../database/records.ts'
import type { FeedContext } from '../feed.ts'
import { newest } from '../shared/instant.ts'
import { createAliasGroups } from './aliases.ts'

export interface Collector {
  add(advisory: SourceAdvisory, source: string, state: 'valid' | 'withdrawn'): void
  finish(sink: Pick<FeedContext, 'put' | 'putText'>): CollectedSummary
}

export interface CollectedSummary {
  /** By name of the archive that gave what is kept. */
  readonly sources: ReadonlyMap<string, { readonly advisories: number; readonly newestAt: string | null }>
  readonly ecosystems: readonly EcosystemSummary[]
}

/** Kept as text: as objects, hundreds of thousands of advisories would take several times the memory. */
interface Collected {
  readonly source: string
  readonly modifiedAt: string | null
  /** When it was changed, or published where the publisher writes a placeholder for the change, as Go does. */
  readonly datedAt: string | null
  readonly aliases: readonly string[]
  readonly detail: string
  readonly postings: ReadonlyMap<string, string>
  readonly ecosystems: readonly string[]
  readonly rated: { readonly cve: string; readonly severity: Severity } | undefined
}

export function createCollector(): Collector {
  const all = new Map<string, Collected>()
  return {
    add(advisory, source, state) {
      const known = all.get(advisory.id)
      if (known && (known.modifiedAt ?? '') >= (advisory.modifiedAt ?? '')) return
      all.set(advisory.id, collect(state === 'valid' ? advisory : { ...advisory, affected: [] }, source))
    },
    finish(sink) {
      // What names no package is known for its copies and its names only.
      const kept = [...all].filter(([, { postings }]) => postings.size > 0)
      const groups = createAliasGroups(kept.map(([id, { aliases }]) => [id, aliases]))
      const severities = new Map<string, Severity>()
      for (const [id, { aliases, detail, postings, rated }] of kept) {
        const names = groups.namesOf(id) ?? aliases
        sink.putText('details', id, names === aliases ? detail : withAliases(detail, names))
        for (const [key, text] of postings) sink.putText('packages', key, text)
        if (rated && severityRank(rated.severity) > severityRank(severities.get(rated.cve) ?? 'unknown'))
          severities.set(rated.cve, rated.severity)
      }
      for (const [cve, severity] of severities) sink.put('severities', cve, severityRank(severity))
      return summarise(kept.map(([, item]) => item))
    },
  }
}

function collect(advisory: SourceAdvisory, source: string): Collected {
  const postings = new Map<string, SourceAdvisory['affected'][number][]>()
  for (const affected of advisory.affected) {
    const key = packagePrefix(affected.ecosystem, affected.packageName) + advisory.id
    const known = postings.get(key)
    if (known) known.push(affected)
    else postings.set(key, [affected])
  }
  return {
    source,
    modifiedAt: advisory.modifiedAt,
    datedAt: advisory.modifiedAt ?? advisory.publishedAt,
    aliases: advisory.aliases,
    detail: encodeDetail(advisory),
    postings: new Map([...postings].map(([key, affected]) => [key, encodeAffected(affected)])),
    ecosystems: [...new Set(advisory.affected.map(({ ecosystem }) => ecosystem))],
    rated: rating(advisory),
  }
}

/** Only an advisory about one CVE says something of that CVE; of several opinions the worst is kept. */
function rating(advisory: SourceAdvisory): Collected['rated'] {
  const cves = new Set([advisory.id, ...advisory.aliases, ...carriedBy(advisory.id, advisory)].filter(isCve))
  const [cve] = cves
  if (cve === undefined || cves.size > 1) return undefined
  const worst = advisory.affected
    .map(({ severity }) => severity)
    .reduce<Severity>((a, b) => (severityRank(b) > severityRank(a) ? b : a), 'unknown')
  return worst === 'unknown' ? undefined : { cve, severity: worst }
}

/** The aliases come first in an encoded detail. */
function withAliases(detail: string, aliases: readonly string[]): string {
  const [, ...rest] = JSON.parse(detail) as unknown[]
  return JSON.stringify([aliases, ...rest])
}

function summarise(kept: readonly Collected[]): CollectedSummary {
  const sources = new Map<string, { advisories: number; newestAt: string | null }>()
  const ecosystems = new Map<string, { advisories: number; newestAt: string | null }>()
  const count = (map: typeof sources, name: string, datedAt: string | null) => {
    const known = map.get(name) ?? { advisories: 0, newestAt: null }
    map.set(name, { advisories: known.advisories + 1, newestAt: newest(known.newestAt, datedAt) })
  }
  for (const item of kept) {
    count(sources, item.source, item.datedAt)
    for (const ecosystem of item.ecosystems) count(ecosystems, ecosystem, item.datedAt)
  }
  const sorted = [...ecosystems].sort(([a], [b]) => (a < b ? -1 : 1))
  return { sources, ecosystems: sorted.map(([name, summary]) => ({ name, ...summary })) }
}
