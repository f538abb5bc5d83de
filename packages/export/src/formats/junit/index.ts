// JUnit XML, as CI systems read it (github.com/testmoapp/junitxml): a test case for each finding. What was suppressed or could not be
// seen is skipped, with the reason, so that neither fails a pipeline and neither is hidden.
import type { ScanReport, Suppression } from '@yagura/schema'
import { findingName, isHarmless, titleOf, worstFirst } from '../../content/order.ts'
import type { Format } from '../../format.ts'
import { xmlText } from '../../text/xml.ts'

interface Case {
  readonly name: string
  readonly className: string
  readonly outcome: { readonly kind: 'passed' | 'failure' | 'skipped'; readonly type: string; readonly message: string }
}

export const format: Format = {
  name: 'junit',
  description: 'JUnit XML for the test view of a CI system',
  mediaType: 'application/xml',
  render(report) {
    const suites = [
      suite('vulnerabilities', vulnerabilities(report), report),
      suite('secrets', secrets(report), report),
      suite('mistakes', mistakes(report), report),
      suite('coverage', coverage(report), report),
    ]
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="${xmlText(`yagura ${titleOf(report)}`)}">`,
      ...suites,
      '</testsuites>',
      '',
    ].join('\n')
  },
}

function suite(name: string, cases: readonly Case[], report: ScanReport): string {
  const shown = cases.length > 0 ? cases : [nothing(name, report)]
  const count = (kind: string) => shown.filter(({ outcome }) => outcome.kind === kind).length
  return [
    `  <testsuite name="${name}" tests="${shown.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}" timestamp="${xmlText(report.scannedAt.replace(/(\.\d+)?Z$/, ''))}">`,
    ...shown.map(testCase),
    '  </testsuite>',
  ].join('\n')
}

function testCase({ name, className, outcome }: Case): string {
  const open = `    <testcase classname="${xmlText(className)}" name="${xmlText(name)}" time="0"`
  if (outcome.kind === 'passed') return `${open}/>`
  const type = outcome.kind === 'failure' ? ` type="${xmlText(outcome.type)}"` : ''
  return `${open}><${outcome.kind}${type} message="${xmlText(outcome.message)}"/></testcase>`
}

/** A suite without cases is an error to some readers. */
function nothing(name: string, { packages }: ScanReport): Case {
  const looked = name === 'vulnerabilities' ? ` in ${packages.length} packages` : ''
  return { name: `no ${name}${looked}`, className: name, outcome: { kind: 'passed', type: '', message: '' } }
}

function vulnerabilities(report: ScanReport): Case[] {
  const open = worstFirst(report.findings, findingName).map((finding): Case => {
    const fix = finding.fixedIn.length > 0 ? ` Fixed in ${finding.fixedIn.join(', ')}.` : ''
    const kind = isHarmless(finding) ? 'passed' : 'failure'
    return {
      name: `[${finding.severity}] ${findingName(finding)}`,
      className: finding.purl || finding.package,
      outcome: { kind, type: finding.severity, message: `${finding.reason}${fix}` },
    }
  })
  const settled = worstFirst(report.suppressed, findingName).map(
    (finding): Case => ({
      name: `[${finding.severity}] ${findingName(finding)}`,
      className: finding.purl || finding.package,
      outcome: settledOutcome(finding) ?? failure(finding.severity, finding.reason),
    }),
  )
  return [...open, ...settled]
}

function secrets(report: ScanReport): Case[] {
  const all = [...report.secrets, ...report.suppressedSecrets]
  return worstFirst(all, (secret) => `${secret.path} ${secret.kind}`).map((secret) => ({
    name: `[${secret.severity}] ${secret.kind} in ${secret.path}${secret.line === null ? '' : `:${secret.line}`}`,
    className: secret.path,
    outcome:
      settledOutcome(secret) ??
      failure(
        secret.severity,
        `${secret.match}${secret.deletedIn === null ? '' : '; deleted by a later layer, but still in the image'}`,
      ),
  }))
}

function mistakes(report: ScanReport): Case[] {
  const all = [...report.mistakes, ...report.suppressedMistakes]
  return worstFirst(all, (mistake) => `${mistake.check} ${mistake.path ?? ''}`).map((mistake) => ({
    name: `[${mistake.severity}] ${mistake.title}${mistake.path === null ? '' : `: ${mistake.path}`}`,
    className: mistake.check,
    outcome: settledOutcome(mistake) ?? failure(mistake.severity, `${mistake.message} ${mistake.remedy}`),
  }))
}

function failure(type: string, message: string): Case['outcome'] {
  return { kind: 'failure', type, message }
}

function settledOutcome(item: object): Case['outcome'] | undefined {
  if (!isSettled(item)) return undefined
  const { suppression } = item
  return { kind: 'skipped', type: suppression.kind, message: `${suppression.reason} (${suppression.source})` }
}

function isSettled(item: object): item is { readonly suppression: Suppression } {
  return 'suppression' in item
}

function coverage(report: ScanReport): Case[] {
  return report.coverageGaps.map((gap) => ({
    name: `${gap.code}${gap.subject === '' ? '' : `: ${gap.subject}`}`,
    className: gap.code,
    outcome: {
      kind: 'skipped',
      type: gap.code,
      message: `${gap.reason}${gap.remedy === null ? '' : ` ${gap.remedy}`}`,
    },
  }))
}
