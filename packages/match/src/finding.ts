// One vulnerability of one package, put into words.

import type { SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { compareVersions, type SchemeName } from '@yagura/versions'
import type { Judged, Vulnerability } from './vulnerabilities.ts'

export interface Subject {
  readonly name: string
  readonly version: string
}

/** What a finding says beside the package it is about. */
export type Conclusion = Pick<VulnerabilityFinding, 'id' | 'aliases' | 'severity' | 'status' | 'fixedIn' | 'reason'> & {
  readonly summary: string | null
  readonly references: string[]
}

const MAX_REFERENCES = 16
const MAX_REASONS = 3

export function conclude(
  vulnerability: Vulnerability,
  subject: Subject,
  scheme: SchemeName,
  severityOf: (cve: string) => Severity,
): Conclusion {
  const { id, aliases, judged } = vulnerability
  const affected = judged.filter(({ verdict }) => verdict.kind === 'affected')
  const telling = affected.length > 0 ? affected : judged
  return {
    id,
    aliases: [...aliases],
    severity: severity(vulnerability, severityOf),
    status: affected.length > 0 ? 'affected' : 'undetermined',
    fixedIn: sortedFixes(telling, scheme),
    reason: `${sourceName(subject)} ${reasons(telling, subject).slice(0, MAX_REASONS).join(', and ')}.`,
    summary: judged.find(({ detail }) => detail.summary)?.detail.summary ?? null,
    references: [...new Set(judged.flatMap(({ detail }) => detail.references))].slice(0, MAX_REFERENCES),
  }
}

export function toFinding(conclusion: Conclusion, item: SoftwarePackage): VulnerabilityFinding {
  const { id, aliases, severity, status, fixedIn, reason } = conclusion
  const { name, version, purl } = item
  return { id, aliases, package: name, version, purl, severity, status, fixedIn, reason }
}

/** An advisory about this vulnerability alone knows best; then what others say of the CVE; then an advisory about several. */
function severity({ id, judged }: Vulnerability, severityOf: (cve: string) => Severity): Severity {
  const isAlone = ({ detail }: Judged) => detail.upstream.length <= 1
  const own = worst(judged.filter(isAlone))
  if (own !== 'unknown') return own
  const known = severityOf(id)
  return known === 'unknown' ? worst(judged) : known
}

function worst(judged: readonly Judged[]): Severity {
  return judged
    .map(({ advisory }) => advisory.severity)
    .reduce<Severity>((a, b) => (severityRank(b) > severityRank(a) ? b : a), 'unknown')
}

function sortedFixes(judged: readonly Judged[], scheme: SchemeName): string[] {
  return [...new Set(judged.flatMap(({ verdict }) => verdict.fixedIn))].sort((a, b) => {
    const order = compareVersions(scheme, a, b)
    return order.ok ? order.value : a < b ? -1 : 1
  })
}

function sourceName({ name, version }: Subject): string {
  return `${name} ${version}`
}

/** One clause for each cause, with the advisories that give it. */
function reasons(judged: readonly Judged[], subject: Subject): string[] {
  const advisories = new Map<string, string[]>()
  for (const { advisory, verdict } of judged) {
    const clause =
      verdict.kind === 'affected' ? causeClause(verdict.cause) : undeterminedClause(verdict.unreadable, subject)
    advisories.set(clause, [...(advisories.get(clause) ?? []), advisory.id])
  }
  return [...advisories].map(([clause, ids]) => `${clause} (${[...new Set(ids)].join(', ')})`)
}

function causeClause(cause: Extract<Judged['verdict'], { kind: 'affected' }>['cause']): string {
  if (cause.kind === 'before-fix') return `is older than ${cause.version}, where it is fixed`
  if (cause.kind === 'up-to') return `is not newer than ${cause.version}, the last affected version`
  if (cause.kind === 'listed') return 'is listed as affected'
  return 'is affected and no fixed version is known'
}

function undeterminedClause(unreadable: string, subject: Subject): string {
  if (unreadable === subject.version) return 'could not be checked because its version cannot be read'
  return `could not be checked because the advisory names the version “${unreadable}”, which cannot be read`
}
