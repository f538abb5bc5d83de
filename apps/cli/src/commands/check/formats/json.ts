// `--format json`: one document with every result. Texts are in the language that was asked for.
import type { CheckResult } from '@yagura/schema'
import { type CheckReport, countVerdicts, textOf, titleOf } from '../report.ts'

export function toJson(report: CheckReport): string {
  const { targets, resource, startedAt, endedAt, toolVersion, language, baseline, results, problems } = report
  const shown = results.map((result: CheckResult) => ({
    check: result.check,
    checkVersion: result.checkVersion,
    title: titleOf(result, language),
    target: result.target,
    product: result.product ?? null,
    controls: result.controls,
    severity: result.severity,
    resource: result.resource,
    verdict: result.verdict,
    message: textOf(result.message, language),
    why: result.why ? textOf(result.why, language) : null,
    fix: result.fix ? textOf(result.fix, language) : null,
    expects: result.expects,
    evidence: result.evidence,
    remediation: result.remediation,
    observedAt: result.observedAt,
  }))
  const document = {
    tool: { name: 'Yagura', version: toolVersion },
    targets,
    resource,
    startedAt,
    endedAt,
    baseline,
    summary: countVerdicts(results),
    results: shown,
    problems,
  }
  return `${JSON.stringify(document, null, 1)}\n`
}
