// Packages × advisories → findings and gaps. Pure: the database is passed in, and the same input gives the same output.
import type { Advisory, AdvisoryDatabase } from '@yagura/advisories'
import type { CoverageGapReport, OperatingSystem, SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'
import { judge, type SchemeName } from '@yagura/versions'
import { ecosystemOf } from './ecosystems/index.ts'
import { type Conclusion, conclude, type Subject, toFinding } from './finding.ts'
import { collectGaps } from './gaps.ts'
import { groupByVulnerability, type Judged } from './vulnerabilities.ts'

export interface MatchInput {
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  /** Scope of the coverage gaps: the asset key of the image. */
  readonly scope: string
  /** RFC 3339 in UTC. */
  readonly observedAt: string
}

export interface PackageFinding {
  readonly finding: VulnerabilityFinding
  readonly package: SoftwarePackage
  readonly summary: string | null
  readonly references: string[]
}

export interface MatchResult {
  /** In the order of the packages, then of the ids. */
  readonly findings: PackageFinding[]
  readonly coverageGaps: CoverageGapReport[]
}

export type AdvisoryLookup = Pick<AdvisoryDatabase, 'lookup' | 'covers' | 'severityOf'>

export function matchPackages(input: MatchInput, database: AdvisoryLookup): MatchResult {
  const gaps = collectGaps(input)
  const conclusions = new Map<string, Conclusion[]>()
  const findings: PackageFinding[] = []
  for (const item of input.packages) {
    const ecosystem = ecosystemOf(item.type)
    const feeds = ecosystem?.feeds(input.operatingSystem) ?? []
    const feed = feeds.find((name) => database.covers(name))
    if (!ecosystem || !feed) {
      gaps.notCovered(item.type, feeds.at(-1))
      continue
    }
    const subject = ecosystem.subject(item)
    const key = `${feed}\0${subject.name}\0${subject.version}`
    const known = conclusions.get(key) ?? concludeAll(database, feed, subject, ecosystem.scheme)
    conclusions.set(key, known)
    for (const conclusion of known) {
      const { summary, references } = conclusion
      findings.push({ finding: toFinding(conclusion, item), package: item, summary, references })
      if (conclusion.status === 'undetermined') gaps.undetermined(item.name, conclusion.reason)
    }
  }
  return { findings, coverageGaps: gaps.reports() }
}

/** Binary packages of one source share their conclusions. */
function concludeAll(database: AdvisoryLookup, feed: string, subject: Subject, scheme: SchemeName): Conclusion[] {
  const judged = database.lookup(feed, subject.name).flatMap((advisory) => judgeAdvisory(advisory, subject, scheme))
  return groupByVulnerability(judged).map((vulnerability) =>
    conclude(vulnerability, subject, scheme, (cve) => database.severityOf(cve)),
  )
}

function judgeAdvisory(advisory: Advisory, subject: Subject, scheme: SchemeName): Judged[] {
  const verdict = judge(advisory, subject.version, scheme)
  return verdict.kind === 'not-affected' ? [] : [{ advisory, verdict, detail: advisory.detail() }]
}
