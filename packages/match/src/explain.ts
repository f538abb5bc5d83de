// Why a vulnerability is, or is not, reported: what every advisory that names it says of every package, and what was looked at.
import type { CoverageGapReport, SoftwarePackage } from '@yagura/schema'
import { type AdvisoryLookup, type Decision, decide } from './decide.ts'
import { type MatchInput, matchPackages, type PackageFinding } from './match.ts'

export interface Explanation {
  /** The name that was asked for, and all others that advisories have for it. */
  readonly names: readonly string[]
  /** For every package that an advisory of it names; with what the vendor of an owning package decides instead. */
  readonly verdicts: readonly { readonly found: PackageFinding; readonly judgedBy: SoftwarePackage['ownedBy'] }[]
  /** Feeds that were asked, with the number of packages. */
  readonly feeds: readonly { readonly name: string; readonly packages: number }[]
  /** What could not be judged for other reasons than this vulnerability. */
  readonly coverageGaps: readonly CoverageGapReport[]
}

export function explain(input: MatchInput, database: AdvisoryLookup, id: string): Explanation {
  const { findings, coverageGaps } = matchPackages(input, database, { all: true, comprehensive: true })
  const names = followAliases(id, findings)
  const owned = matchPackages(input, database, { all: true })
  const counted = new Set(owned.findings.map(({ package: item }) => item))
  const verdicts = findings
    .filter(({ finding }) => [finding.id, ...finding.aliases].some((name) => names.has(name)))
    .map((found) => ({ found, judgedBy: counted.has(found.package) ? null : found.package.ownedBy }))
  return { names: [...names], verdicts, feeds: askedFeeds(input, database), coverageGaps }
}

/** An advisory found by one name may have others, by which more are found. */
function followAliases(id: string, findings: readonly PackageFinding[]): Set<string> {
  const names = new Set([id])
  for (let before = 0; before < names.size; ) {
    before = names.size
    for (const { finding } of findings) {
      const own = [finding.id, ...finding.aliases]
      // an advisory about several vulnerabilities is no other name of one of them
      if (own.some((name) => names.has(name))) for (const name of own) if (isShared(name, findings)) names.add(name)
    }
  }
  return names
}

function isShared(name: string, findings: readonly PackageFinding[]): boolean {
  const ids = new Set(findings.filter(({ finding }) => finding.aliases.includes(name)).map(({ finding }) => finding.id))
  return ids.size <= 1
}

function askedFeeds({ operatingSystem, packages }: MatchInput, database: AdvisoryLookup): Explanation['feeds'] {
  const counts = new Map<string, number>()
  for (const item of packages) {
    const { feeds }: Decision = decide(item, database, { operatingSystem, all: false })
    for (const feed of feeds) counts.set(feed, (counts.get(feed) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, packages: count }))
}
