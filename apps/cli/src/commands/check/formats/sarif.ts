// `--format sarif`: SARIF 2.1.0 (OASIS), a rule for each check, a result for what fails, what could not be judged and what a person must see.
import type { CheckResult, CheckVerdict } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'
import { type CheckReport, remediationText, textOf, titleOf } from '../report.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  unknown: 'warning',
  low: 'note',
  negligible: 'note',
}
/** What code hosts sort by: the middle of each range of CVSS 3.1 (section 5). */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  unknown: '5.5',
  low: '2.0',
  negligible: '0.1',
}
const KINDS: Readonly<Partial<Record<CheckVerdict, string>>> = { fail: 'fail', error: 'open', manual: 'review' }

export function toSarif({ results, problems, toolVersion, endedAt, language }: CheckReport): string {
  const shown = results.filter(({ verdict }) => KINDS[verdict] !== undefined)
  const rules = [...new Map(shown.map((result) => [result.check, result])).values()]
  const indexOf = new Map(rules.map(({ check }, at) => [check, at]))
  const document = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Yagura',
            version: toolVersion,
            rules: rules.map((rule) => ({
              id: rule.check,
              shortDescription: { text: titleOf(rule, language) },
              ...(rule.why ? { fullDescription: { text: textOf(rule.why, language) } } : {}),
              ...(rule.fix ? { help: { text: textOf(rule.fix, language) } } : {}),
              defaultConfiguration: { level: LEVELS[rule.severity] },
              properties: {
                'security-severity': SCORES[rule.severity],
                tags: rule.controls.map(({ framework, section }) => `${framework}/${section}`),
              },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            endTimeUtc: endedAt,
            toolExecutionNotifications: problems.map(({ subject, message }) => ({
              level: 'warning',
              message: { text: `${subject}: ${message}` },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: shown.map((result) => sarifResult(result, indexOf.get(result.check) ?? 0, language)),
      },
    ],
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

function sarifResult(result: CheckResult, ruleIndex: number, language: CheckReport['language']) {
  const { check, resource, verdict, severity, evidence, remediation } = result
  const kind = KINDS[verdict] ?? 'fail'
  const message = `${resource}: ${textOf(result.message, language)}`
  const places = evidence.flatMap(({ source, place }) => (source === 'file' || source === 'manifest' ? [place] : []))
  const logicalLocations = [{ fullyQualifiedName: resource }]
  return {
    ruleId: check,
    ruleIndex,
    kind,
    level: kind === 'fail' ? LEVELS[severity] : 'none',
    message: { text: remediation ? `${message}\n\n${remediationText(result, language)}` : message },
    locations: [{ ...physicalLocation(places[0]), logicalLocations }],
    partialFingerprints: { 'yagura/v1': `${check}|${resource}` },
  }
}

/** `path:line`, `path:line: field`, or a list of paths of which the first is shown. */
function physicalLocation(place: string | undefined) {
  const [, path, line] = /^([^:,\s]+\/?[^:,]*)(?::(\d+))?(?:$|[:,])/.exec(place ?? '') ?? []
  if (path === undefined) return {}
  const region = line === undefined ? {} : { region: { startLine: Number(line) } }
  const uri = path.startsWith('/') ? `file://${encodeURI(path)}` : encodeURI(path)
  return { physicalLocation: { artifactLocation: { uri }, ...region } }
}
