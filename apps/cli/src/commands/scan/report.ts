// The report of a scan: what was extracted, what the advisories say of it, and what exceptions and statements settle.
import type { AdvisoryDatabase } from '@yagura/advisories'
import type { PackageFinding } from '@yagura/match'
import type { CoverageGapReport, ImageReport, ScanReport, SoftwarePackage } from '@yagura/schema'
import { version } from '../../version.ts'
import type { Judged, ReportOptions } from './judge.ts'
import { scopeOf } from './scope.ts'

export async function makeReport(
  extracted: ImageReport,
  database: AdvisoryDatabase | undefined,
  options: ReportOptions,
): Promise<ScanReport> {
  const { image, operatingSystem, packages, scannedAt } = extracted
  const judged =
    database || options.statements.length > 0
      ? (await import('./judge.ts')).judge(extracted, database, options)
      : unjudged(extracted)
  const { findings, suppressed, secrets, mistakes, exceptions } = judged
  const missing = database ? [] : [advisoriesMissing(extracted, scopeOf(extracted))]
  return {
    tool: { name: 'yagura', version: version() },
    target: options.target,
    scannedAt,
    image,
    operatingSystem,
    packages: options.comprehensive ? packages : listed(packages, [...findings, ...suppressed]),
    findings: findings.map(({ finding }) => finding),
    suppressed: suppressed.map(({ finding, suppression }) => ({ ...finding, suppression })),
    secrets: secrets.open,
    suppressedSecrets: secrets.suppressed,
    mistakes: mistakes.open,
    suppressedMistakes: mistakes.suppressed,
    coverageGaps: [...extracted.coverageGaps, ...judged.coverageGaps, ...missing],
    advisories: database ? describe(database) : null,
    exceptions,
  }
}

function unjudged({ secrets = [], mistakes = [] }: ImageReport): Judged {
  return {
    findings: [],
    suppressed: [],
    secrets: { open: secrets, suppressed: [] },
    mistakes: { open: mistakes, suppressed: [] },
    exceptions: { used: [], unused: [] },
    coverageGaps: [],
  }
}

/** What a package of the operating system brought along is that package, unless something is said of it by itself. */
function listed(packages: readonly SoftwarePackage[], findings: readonly PackageFinding[]): SoftwarePackage[] {
  const spokenOf = new Set(findings.map((one) => one.package))
  return packages.filter((one) => !one.ownedBy || spokenOf.has(one))
}

function describe({ info }: AdvisoryDatabase): ScanReport['advisories'] {
  const { builtAt, sha256, sources } = info
  return {
    builtAt,
    sha256,
    sources: sources.map(({ name, advisories, newestAt }) => ({ name, advisories, newestAt })),
  }
}

function advisoriesMissing({ packages, scannedAt }: ImageReport, scope: string): CoverageGapReport {
  return {
    code: 'ADVISORIES_MISSING',
    scope,
    subject: '',
    reason: 'There is no advisory database, so no package was checked for vulnerabilities.',
    remedy: 'Get one with `yagura db update`, or name one with --db.',
    count: packages.length,
    observedAt: scannedAt,
    resolved: false,
  }
}
