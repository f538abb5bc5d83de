// All that advisories say of one package: which feeds were asked, what is not covered, and the conclusion for each vulnerability.
import type { Advisory, AdvisoryDatabase } from '@yagura/advisories'
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { judge, type VersionRange } from '@yagura/versions'
import type { Ecosystem, Subject } from './ecosystems/ecosystem.ts'
import { ecosystemOf } from './ecosystems/index.ts'
import { withoutEpoch } from './ecosystems/rpm.ts'
import type { ExploitationLookup } from './exploitation.ts'
import { type Conclusion, conclude } from './finding.ts'
import { groupByVulnerability, type Judged } from './vulnerabilities.ts'

export type AdvisoryLookup = Pick<AdvisoryDatabase, 'lookup' | 'covers' | 'severityOf'> &
  Partial<Pick<AdvisoryDatabase, 'ecosystemsOf' | 'freshnessOf' | 'endOfLife'>> &
  ExploitationLookup

export interface Decision {
  /** Feeds that were asked; empty where the package is not covered. */
  readonly feeds: readonly string[]
  /** Why nothing was asked: `feed` is the one that is wanted, where it has a name. */
  readonly notCovered:
    | { readonly kind: 'no-feed'; readonly feed: string | undefined }
    | { readonly kind: 'third-party'; readonly vendor: string }
    | null
  readonly conclusions: readonly Conclusion[]
}

export interface DecideOptions {
  readonly operatingSystem: OperatingSystem | null
  /** Also what is fixed or not affected. */
  readonly all: boolean
}

export function decide(item: SoftwarePackage, database: AdvisoryLookup, options: DecideOptions): Decision {
  const { operatingSystem, all } = options
  const ecosystem = ecosystemOf(item.type)
  const names = ecosystem?.feeds(item, operatingSystem, (family) => database.ecosystemsOf?.(family) ?? []) ?? []
  const feeds = [...new Set(names)].filter((name) => database.covers(name))
  const vendor = ecosystem?.thirdParty?.(item, operatingSystem)
  if (vendor) return { feeds: [], notCovered: { kind: 'third-party', vendor }, conclusions: [] }
  if (!ecosystem || feeds.length === 0)
    return { feeds: [], notCovered: { kind: 'no-feed', feed: names.at(-1) }, conclusions: [] }

  const subjects = ecosystem.subjects(item, operatingSystem)
  const named = subjects.map((subject) => ({
    subject,
    advisories: feeds.flatMap((feed) => database.lookup(feed, subject.name)),
  }))
  if (ecosystem.coversNamedOnly && named.every(({ advisories }) => advisories.length === 0))
    return { feeds: [], notCovered: { kind: 'no-feed', feed: undefined }, conclusions: [] }
  const judged = named.flatMap(({ subject, advisories }) =>
    advisories
      .filter((advisory) => ecosystem.appliesTo?.(advisory, item) ?? true)
      .flatMap((advisory) => judgeAdvisory(advisory, subject, ecosystem, all)),
  )
  const [subject = { name: item.name, version: item.version }] = subjects
  const conclusions = groupByVulnerability(judged, ecosystem.carriesRelated).map((vulnerability) =>
    conclude(vulnerability, subject, ecosystem.scheme, database),
  )
  return { feeds, notCovered: null, conclusions }
}

function judgeAdvisory(advisory: Advisory, subject: Subject, { scheme }: Ecosystem, all: boolean): Judged[] {
  const affects = subject.ignoresEpoch ? { ...advisory, ranges: advisory.ranges.map(rangeWithoutEpoch) } : advisory
  const verdict = judge(affects, subject.version, scheme)
  return verdict.kind === 'not-affected' && !all ? [] : [{ advisory, verdict, detail: advisory.detail() }]
}

function rangeWithoutEpoch(range: VersionRange): VersionRange {
  return { ...range, events: range.events.map((event) => ({ ...event, version: withoutEpoch(event.version) })) }
}
