// What one run of checks came to, before it is printed in a format.
import type { CheckResult, CheckVerdict, LocalisedText } from '@yagura/schema'
import { VERDICTS } from '@yagura/schema'
import type { Language } from './index.ts'

export interface CheckProblem {
  readonly subject: string
  readonly message: string
  /** It was read, and is nothing to judge: said, and no reason for another exit code. */
  readonly isGap?: boolean
}

export interface CheckReport {
  readonly targets: readonly string[]
  readonly resource: string
  /** RFC 3339 */
  readonly startedAt: string
  readonly endedAt: string
  readonly toolVersion: string
  readonly language: Language
  readonly baseline: string | null
  readonly results: readonly CheckResult[]
  /** What could not be read, or no longer counts: said, whatever came out. */
  readonly problems: readonly CheckProblem[]
}

export function textOf(text: LocalisedText, language: Language): string {
  return text[language] ?? text.en
}

export function titleOf(result: CheckResult, language: Language): string {
  return textOf(result.title ?? result.message, language)
}

export function countVerdicts(results: readonly CheckResult[]): Readonly<Record<CheckVerdict, number>> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<CheckVerdict, number>
  for (const { verdict } of results) counts[verdict]++
  return counts
}

/** A remedy in words is in the language of the report. */
export function remediationText({ remediation, fix }: CheckResult, language: Language): string {
  if (!remediation) return ''
  return remediation.kind === 'text' && fix && remediation.after === fix.en ? textOf(fix, language) : remediation.after
}
