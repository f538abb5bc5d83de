// Findings as vulnerabilities: one entry for all packages of which the same is said.
import type { ScanReport, Suppression, VulnerabilityFinding, VulnerabilityStatus } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'
import { contentDigest } from '../../content/digest.ts'
import { compareText } from '../../content/order.ts'
import { packagesOf } from '../../content/packages.ts'
import { sourceOf } from '../../content/vulnerability.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  negligible: 'info',
  unknown: 'unknown',
}

/** Matching compares versions; whether the fault can be reached is for people to say, so what is affected is in triage. */
const STATES: Readonly<Record<VulnerabilityStatus, string>> = {
  affected: 'in_triage',
  undetermined: 'in_triage',
  'end-of-life': 'in_triage',
  'not-covered': 'in_triage',
  fixed: 'resolved',
  'not-affected': 'not_affected',
}

const VERSION_STATUS: Readonly<Record<VulnerabilityStatus, string>> = {
  affected: 'affected',
  undetermined: 'unknown',
  'end-of-life': 'unknown',
  'not-covered': 'unknown',
  fixed: 'unaffected',
  'not-affected': 'unaffected',
}

interface Statement {
  readonly finding: VulnerabilityFinding
  readonly suppression: Suppression | undefined
  readonly affects: Map<string, { ref: string; versions: { version: string; status: string }[] }>
}

export function vulnerabilitiesOf(report: ScanReport, refs: readonly string[]) {
  const indicesOf = packagesOf(report.packages)
  const statements = new Map<string, Statement>()
  const said = [
    ...report.findings.map((finding) => ({ finding, suppression: undefined })),
    ...report.suppressed.map((finding) => ({ finding, suppression: finding.suppression })),
  ]
  for (const { finding, suppression } of said) {
    const { id, aliases, severity, status, fixedIn, reason, version } = finding
    const key = contentDigest(id, aliases, severity, status, fixedIn, reason, suppression)
    const statement: Statement = statements.get(key) ?? { finding, suppression, affects: new Map() }
    statements.set(key, statement)
    for (const index of indicesOf(finding)) {
      const ref = refs[index] ?? ''
      statement.affects.set(ref, { ref, versions: [{ version, status: VERSION_STATUS[status] }] })
    }
  }
  return [...statements]
    .sort(([keyA, a], [keyB, b]) => compareText(a.finding.id, b.finding.id) || compareText(keyA, keyB))
    .map(([key, statement]) => vulnerability(key, statement))
}

function vulnerability(key: string, { finding, suppression, affects }: Statement) {
  const { id, aliases, severity, fixedIn } = finding
  return {
    'bom-ref': `vulnerability:${key.slice(0, 16)}`,
    id,
    source: sourceOf(id),
    ...(aliases.length === 0 ? {} : { references: aliases.map((alias) => ({ id: alias, source: sourceOf(alias) })) }),
    ratings: [{ severity: SEVERITIES[severity] }],
    ...(fixedIn.length === 0 ? {} : { recommendation: `Upgrade to ${fixedIn.join(' or ')}.` }),
    analysis: analysis(finding, suppression),
    affects: [...affects.values()],
  }
}

/** An exception is a risk that was accepted, not one that is not there. */
function analysis({ status, reason }: VulnerabilityFinding, suppression: Suppression | undefined) {
  if (!suppression) return { state: STATES[status], detail: reason }
  const detail = `${suppression.reason} (${suppression.source})`
  if (suppression.kind === 'vex') return { state: STATES[status], detail }
  return { state: 'exploitable', response: ['will_not_fix'], detail }
}
