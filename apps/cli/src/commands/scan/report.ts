// The report of a scan: what was extracted, what the advisories say of it, and what exceptions and statements settle.
import type { AdvisoryDatabase } from '@yagura/advisories'
import {
  matchPackages,
  type PackageFinding,
  publishedStatements,
  type Statement,
  settle,
  settleOthers,
} from '@yagura/match'
import type { CoverageGapReport, ImageReport, ScanReport, SoftwarePackage } from '@yagura/schema'
import { version } from '../../version.ts'

export interface ReportOptions {
  readonly target: string
  /** Also what is fixed or not affected. */
  readonly all: boolean
  /** Also packages that the operating system owns, by what is said of them upstream. */
  readonly comprehensive: boolean
  /** Exceptions and VEX statements that the user gives. */
  readonly statements: readonly Statement[]
}

export function makeReport(
  extracted: ImageReport,
  database: AdvisoryDatabase | undefined,
  options: ReportOptions,
): ScanReport {
  const { image, operatingSystem, packages, scannedAt } = extracted
  const scope = scopeOf(extracted)
  const matched = database
    ? matchPackages({ operatingSystem, packages, scope, observedAt: scannedAt }, database, options)
    : { findings: [], coverageGaps: [advisoriesMissing(extracted, scope)] }
  const { statements } = options
  const day = scannedAt.slice(0, 10)
  const secrets = settleOthers(extracted.secrets ?? [], ({ kind }) => kind, statements, day)
  const mistakes = settleOthers(extracted.mistakes ?? [], ({ check }) => check, statements, day)
  const { findings, suppressed, exceptions } = settle(matched.findings, extracted, {
    statements,
    published: publishedStatements(matched.findings, database),
    day,
    used: new Set([...secrets.used, ...mistakes.used]),
  })
  return {
    tool: { name: 'yagura', version: version() },
    target: options.target,
    scannedAt,
    image,
    operatingSystem,
    packages: options.comprehensive ? packages : listed(packages, matched.findings),
    findings: findings.map(({ finding }) => finding),
    suppressed: suppressed.map(({ finding, suppression }) => ({ ...finding, suppression })),
    secrets: secrets.open,
    suppressedSecrets: secrets.suppressed,
    mistakes: mistakes.open,
    suppressedMistakes: mistakes.suppressed,
    coverageGaps: [...extracted.coverageGaps, ...matched.coverageGaps],
    advisories: database ? describe(database) : null,
    exceptions,
  }
}

/** What a package of the operating system brought along is that package, unless something is said of it by itself. */
function listed(packages: readonly SoftwarePackage[], findings: readonly PackageFinding[]): SoftwarePackage[] {
  const spokenOf = new Set(findings.map((one) => one.package))
  return packages.filter((one) => !one.ownedBy || spokenOf.has(one))
}

export function scopeOf({ image }: ImageReport): string {
  return image.digest === null ? 'directory' : `image:${image.digest}`
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
