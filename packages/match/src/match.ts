// Packages × advisories → findings and gaps. Pure: the database is passed in, and the same input gives the same output.
import type { CoverageGapReport, OperatingSystem, SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'
import { type AdvisoryLookup, type Decision, decide } from './decide.ts'
import { type Conclusion, toFinding } from './finding.ts'
import { collectGaps } from './gaps.ts'
import type { MatchMemory } from './memory.ts'
import { createOwners } from './owners.ts'

export interface MatchInput {
  readonly operatingSystem: OperatingSystem | null
  readonly packages: readonly SoftwarePackage[]
  /** Scope of the coverage gaps: the asset key of the image. */
  readonly scope: string
  /** RFC 3339 in UTC. */
  readonly observedAt: string
}

export interface MatchOptions {
  /** Also packages that an operating system package owns, by what is said of them upstream. Without it their vendor judges them. */
  readonly comprehensive?: boolean
  /** Also findings with the status fixed or not-affected. */
  readonly all?: boolean
  /** Conclusions of earlier calls with the same database. */
  readonly memory?: MatchMemory
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

export function matchPackages(input: MatchInput, database: AdvisoryLookup, options: MatchOptions = {}): MatchResult {
  const gaps = collectGaps(input)
  const findings: PackageFinding[] = []
  const decisionOf = createDecider(input, database, options)
  const owners = createOwners(input, database)
  for (const item of input.packages) {
    if (item.ownedBy && !options.comprehensive && owners.judges(item.ownedBy)) continue
    const { feeds, notCovered, conclusions } = decisionOf(item)
    if (notCovered) gaps.notCovered(item.type, notCovered)
    for (const feed of feeds) gaps.asked(feed)
    for (const conclusion of conclusions) {
      if (item.ownedBy && owners.clears(item.ownedBy, conclusion)) continue
      findings.push(packageFinding(conclusion, item))
      if (conclusion.status === 'undetermined') gaps.undetermined(item.name, conclusion.reason)
    }
  }
  return { findings, coverageGaps: gaps.reports(database) }
}

function packageFinding(conclusion: Conclusion, item: SoftwarePackage): PackageFinding {
  const { summary, references } = conclusion
  return { finding: toFinding(conclusion, item), package: item, summary, references }
}

/** Packages that say the same of themselves share their decision, within an image and, by the memory, across images. */
function createDecider(
  { operatingSystem }: MatchInput,
  database: AdvisoryLookup,
  { all = false, memory }: MatchOptions,
) {
  const context = JSON.stringify([operatingSystem?.id, operatingSystem?.versionId, operatingSystem?.branch, all])
  const known = memory?.of(database, context) ?? new Map<string, Decision>()
  return (item: SoftwarePackage): Decision => {
    const key = keyOf(item)
    const found = known.get(key)
    if (found) return found
    const decision = decide(item, database, { operatingSystem, all })
    known.set(key, decision)
    return decision
  }
}

/** Everything that an ecosystem looks at. */
function keyOf({ type, name, version, source, purl, vendor, module }: SoftwarePackage): string {
  const own = `${type}\0${name}\0${version}\0${source?.name ?? ''}\0${source?.version ?? ''}`
  return type === 'rpm' || source === null ? `${own}\0${purl}\0${vendor ?? ''}\0${module ?? ''}` : own
}
