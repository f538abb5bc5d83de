// `--format json`: one document with every result, what no policy is for as well.
import { POLICY_VERDICTS, type PolicyResult, type PolicyVerdict } from '@yagura/policy'
import type { Gap, PlacedResult } from './eval.ts'

export function toJson(results: readonly PlacedResult[], gaps: readonly Gap[]): string {
  const shown = results.map((result) => ({
    policy: result.policy,
    rule: result.rule,
    resource: result.resource,
    kind: result.kind,
    namespace: result.namespace,
    name: result.name,
    verdict: result.verdict,
    message: result.message,
    actions: result.actions,
    auditAnnotations: result.auditAnnotations,
    file: result.file,
    line: result.line,
  }))
  return `${JSON.stringify({ summary: countVerdicts(results), results: shown, coverageGaps: gaps }, null, 1)}\n`
}

export function countVerdicts(results: readonly PolicyResult[]): Readonly<Record<PolicyVerdict, number>> {
  const counts = Object.fromEntries(POLICY_VERDICTS.map((verdict) => [verdict, 0])) as Record<PolicyVerdict, number>
  for (const { verdict } of results) counts[verdict]++
  return counts
}
