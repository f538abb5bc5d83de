// What matching could not judge, as coverage gaps: feeds that are missing or old, releases whose vendor gives no more fixes,
// packages that somebody else built, versions that cannot be read. One gap for each cause, with the number of packages.
import type { CoverageGapReport, OperatingSystem } from '@yagura/schema'
import type { AdvisoryLookup, Decision } from './decide.ts'

export interface GapCollector {
  notCovered(packageType: string, cause: NonNullable<Decision['notCovered']>): void
  undetermined(packageName: string, reason: string): void
  /** A feed gave its answer about one more package. */
  asked(feed: string): void
  reports(database: AdvisoryLookup): CoverageGapReport[]
}

interface CollectOptions {
  readonly scope: string
  readonly observedAt: string
  readonly operatingSystem: OperatingSystem | null
}

const MAX_UNDETERMINED = 500

/** Feeds that may have nothing new to say for a year. */
const RARE: readonly string[] = ['ConanCenter', 'Hex', 'Pub', 'SwiftURL']
const RARE_STALE_AFTER_DAYS = 365

export function collectGaps({ scope, observedAt, operatingSystem }: CollectOptions): GapCollector {
  const missing = new Map<string, { count: number; explain(count: number): Explanation }>()
  const unreadable = new Map<string, { reason: string; count: number }>()
  const asked = new Map<string, number>()
  let overflow = 0
  const base = { scope, observedAt, resolved: false }

  return {
    notCovered(packageType, cause) {
      const subject = cause.kind === 'third-party' ? cause.vendor : (cause.feed ?? packageType)
      const known = missing.get(subject)
      if (known) known.count++
      else
        missing.set(subject, {
          count: 1,
          explain: (count) => explainMissing(packageType, cause, count, operatingSystem),
        })
    },
    undetermined(packageName, reason) {
      const known = unreadable.get(packageName)
      if (known) known.count++
      else if (unreadable.size < MAX_UNDETERMINED) unreadable.set(packageName, { reason, count: 1 })
      else overflow++
    },
    asked(feed) {
      asked.set(feed, (asked.get(feed) ?? 0) + 1)
    },
    reports(database) {
      const reports: CoverageGapReport[] = []
      for (const [subject, { count, explain }] of missing)
        reports.push({ ...base, code: 'ADVISORIES_NOT_COVERED', subject, count, ...explain(count) })
      reports.push(...staleReports(asked, database, base))
      reports.push(...endOfLifeReports(operatingSystem, database, base))
      for (const [subject, { reason, count }] of unreadable)
        reports.push({ ...base, code: 'VERSION_UNDETERMINED', subject, reason, remedy: null, count })
      if (overflow > 0)
        reports.push({
          ...base,
          code: 'VERSION_UNDETERMINED',
          subject: '',
          reason: `The versions of ${overflow} more packages could not be compared with advisories.`,
          remedy: null,
          count: overflow,
        })
      return reports
    },
  }
}

type Base = Pick<CoverageGapReport, 'scope' | 'observedAt' | 'resolved'>
type Explanation = Pick<CoverageGapReport, 'reason' | 'remedy'>

function staleReports(asked: ReadonlyMap<string, number>, database: AdvisoryLookup, base: Base): CoverageGapReport[] {
  return [...asked].flatMap(([feed, count]): CoverageGapReport[] => {
    const freshness = database.freshnessOf?.(feed, Date.parse(base.observedAt))
    if (!freshness?.isStale || !freshness.newestAt || freshness.ageDays === null) return []
    if (RARE.includes(feed) && freshness.ageDays <= RARE_STALE_AFTER_DAYS) return []
    const reason = `The newest advisory for ${feed} is of ${freshness.newestAt.slice(0, 10)}: what became known since is missing for ${packages(count)}.`
    return [{ ...base, code: 'ADVISORIES_STALE', subject: feed, reason, remedy: 'Run `yagura db update`.', count }]
  })
}

function endOfLifeReports(operatingSystem: OperatingSystem | null, database: AdvisoryLookup, base: Base) {
  if (!operatingSystem?.versionId) return []
  const { id, versionId, prettyName } = operatingSystem
  const end = database.endOfLife?.(id, versionId, Date.parse(base.observedAt))
  if (!end?.isEnded) return []
  const since = end.endsOn ? ` on ${end.endsOn}` : ''
  const name = prettyName || `${id} ${versionId}`
  const report: CoverageGapReport = {
    ...base,
    code: 'END_OF_LIFE',
    subject: `${id} ${end.release}`,
    reason: `${name} reached its end of life${since}: what its vendor still says of its packages may leave vulnerabilities out.`,
    remedy: 'Move to a release that is supported.',
    count: 1,
  }
  return [report]
}

function explainMissing(
  packageType: string,
  cause: NonNullable<Decision['notCovered']>,
  count: number,
  operatingSystem: OperatingSystem | null,
): Explanation {
  const name = operatingSystem?.prettyName || operatingSystem?.id || 'an operating system that is not known'
  if (cause.kind === 'third-party')
    return {
      reason: `The advisories for ${name} do not speak of what ${cause.vendor} builds, so ${packages(count)} could not be checked.`,
      remedy: null,
    }
  if (cause.feed)
    return {
      reason: `The advisory database has nothing about ${cause.feed}, so ${packages(count)} could not be checked.`,
      remedy: 'Get advisories for it with `yagura db update`, if they are published.',
    }
  if (['apk', 'deb', 'rpm'].includes(packageType))
    return { reason: `No advisory feed belongs to ${name}, so ${packages(count)} could not be checked.`, remedy: null }
  if (packageType === 'generic')
    return {
      reason: `No advisory feed speaks of ${packages(count)} installed without a package manager.`,
      remedy: null,
    }
  return {
    reason: `Advisories for packages of type ${packageType} are not read yet, so ${packages(count)} could not be checked.`,
    remedy: null,
  }
}

function packages(count: number): string {
  return count === 1 ? 'one package' : `${count} packages`
}
