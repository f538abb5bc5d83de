// What the advisories say of an image, and what exceptions and statements settle. Loaded where there are any.
import type { AdvisoryDatabase } from '@yagura/advisories'
import {
  matchPackages,
  publishedStatements,
  type Settled,
  type SettledOthers,
  type Statement,
  settle,
  settleOthers,
} from '@yagura/match'
import type { CoverageGapReport, ImageReport, MistakeFinding, SecretFinding } from '@yagura/schema'
import { scopeOf } from './scope.ts'

export interface ReportOptions {
  readonly target: string
  /** Also what is fixed or not affected. */
  readonly all: boolean
  /** Also packages that the operating system owns, by what is said of them upstream. */
  readonly comprehensive: boolean
  /** Exceptions and VEX statements that the user gives. */
  readonly statements: readonly Statement[]
}

export interface Judged extends Settled {
  readonly secrets: Omit<SettledOthers<SecretFinding>, 'used'>
  readonly mistakes: Omit<SettledOthers<MistakeFinding>, 'used'>
  readonly coverageGaps: readonly CoverageGapReport[]
}

export function judge(extracted: ImageReport, database: AdvisoryDatabase | undefined, options: ReportOptions): Judged {
  const { operatingSystem, packages, scannedAt } = extracted
  const matched = database
    ? matchPackages({ operatingSystem, packages, scope: scopeOf(extracted), observedAt: scannedAt }, database, options)
    : { findings: [], coverageGaps: [] }
  const { statements } = options
  const day = scannedAt.slice(0, 10)
  const secrets = settleOthers(extracted.secrets ?? [], ({ kind }) => kind, statements, day)
  const mistakes = settleOthers(extracted.mistakes ?? [], ({ check }) => check, statements, day)
  const settled = settle(matched.findings, extracted, {
    statements,
    published: publishedStatements(matched.findings, database),
    day,
    used: new Set<Statement>([...secrets.used, ...mistakes.used]),
  })
  return { ...settled, secrets, mistakes, coverageGaps: matched.coverageGaps }
}
