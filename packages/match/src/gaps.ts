// What matching could not judge, as coverage gaps: one for each feed that is missing, one for each version that cannot be read.
import type { CoverageGapReport, OperatingSystem } from '@yagura/schema'

export interface GapCollector {
  /** No advisories for the release (`feed`, where it has a name) or for the type of a package. */
  notCovered(packageType: string, feed: string | undefined): void
  undetermined(packageName: string, reason: string): void
  reports(): CoverageGapReport[]
}

interface CollectOptions {
  readonly scope: string
  readonly observedAt: string
  readonly operatingSystem: OperatingSystem | null
}

const MAX_UNDETERMINED = 500

export function collectGaps({ scope, observedAt, operatingSystem }: CollectOptions): GapCollector {
  const missing = new Map<string, { packageType: string; feed: string | undefined; count: number }>()
  const unreadable = new Map<string, { reason: string; count: number }>()
  let overflow = 0
  const base = { scope, observedAt, resolved: false }

  return {
    notCovered(packageType, feed) {
      const subject = feed ?? packageType
      const known = missing.get(subject)
      if (known) known.count++
      else missing.set(subject, { packageType, feed, count: 1 })
    },
    undetermined(packageName, reason) {
      const known = unreadable.get(packageName)
      if (known) known.count++
      else if (unreadable.size < MAX_UNDETERMINED) unreadable.set(packageName, { reason, count: 1 })
      else overflow++
    },
    reports() {
      const reports: CoverageGapReport[] = []
      for (const [subject, { packageType, feed, count }] of missing)
        reports.push({
          ...base,
          code: 'ADVISORIES_NOT_COVERED',
          subject,
          count,
          ...explain(packageType, feed, count, operatingSystem),
        })
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

function explain(
  packageType: string,
  feed: string | undefined,
  count: number,
  operatingSystem: OperatingSystem | null,
) {
  const packages = count === 1 ? 'one package' : `${count} packages`
  if (feed)
    return {
      reason: `The advisory database has nothing about ${feed}, so ${packages} could not be checked.`,
      remedy: 'Get advisories for it with `yagura db update`, if they are published.',
    }
  if (packageType === 'deb' || packageType === 'apk') {
    const name = operatingSystem?.prettyName || operatingSystem?.id || 'an operating system that is not known'
    return {
      reason: `No advisory feed belongs to ${name}, so ${packages} could not be checked.`,
      remedy: null,
    }
  }
  return {
    reason: `Advisories for packages of type ${packageType} are not read yet, so ${packages} could not be checked.`,
    remedy: null,
  }
}
