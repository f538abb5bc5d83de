// One vulnerability of one package, put into words.

import type { SoftwarePackage, VulnerabilityFinding } from '@yagura/schema'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { compareVersions, type SchemeName } from '@yagura/versions'
import type { AdvisoryLookup } from './decide.ts'
import type { Subject } from './ecosystems/ecosystem.ts'
import { exploitationOf } from './exploitation.ts'
import { sentence } from './reasons.ts'
import type { Judged, Vulnerability } from './vulnerabilities.ts'

/** What a finding says beside the package it is about. */
export type Conclusion = Omit<VulnerabilityFinding, 'package' | 'version' | 'purl'> & {
  readonly summary: string | null
  readonly references: string[]
}

const MAX_REFERENCES = 16

export function conclude(
  vulnerability: Vulnerability,
  subject: Subject,
  scheme: SchemeName,
  database: AdvisoryLookup,
): Conclusion {
  const { id, aliases, judged } = vulnerability
  const { status, telling } = weigh(judged)
  return {
    id,
    aliases: [...aliases],
    severity: severity(vulnerability, (cve) => database.severityOf(cve)),
    status,
    fixedIn: sortedFixes(telling, scheme),
    reason: sentence(telling, subject),
    summary: judged.find(({ detail }) => detail.summary)?.detail.summary ?? null,
    references: [...new Set(judged.flatMap(({ detail }) => detail.references))].slice(0, MAX_REFERENCES),
    ...(status === 'affected' || status === 'undetermined' ? exploitationOf([id, ...aliases], database) : {}),
  }
}

/** One advisory that says affected outweighs any that says fixed, and what cannot be read is never taken for fixed. */
function weigh(judged: readonly Judged[]): { status: Conclusion['status']; telling: readonly Judged[] } {
  const of = (kind: Judged['verdict']['kind']) => judged.filter(({ verdict }) => verdict.kind === kind)
  const affected = of('affected')
  if (affected.length > 0) return { status: 'affected', telling: affected }
  const undetermined = of('undetermined')
  if (undetermined.length > 0) return { status: 'undetermined', telling: undetermined }
  const fixed = judged.filter(({ verdict }) => verdict.kind === 'not-affected' && verdict.cause.kind === 'fixed')
  return fixed.length > 0 ? { status: 'fixed', telling: fixed } : { status: 'not-affected', telling: judged }
}

export function toFinding(conclusion: Conclusion, item: SoftwarePackage): VulnerabilityFinding {
  const { id, aliases, severity, status, fixedIn, reason, summary: _, references: __, ...known } = conclusion
  const { name, version, purl } = item
  return { id, aliases, package: name, version, purl, severity, status, fixedIn, reason, ...known }
}

/** An advisory about this vulnerability alone knows best; then what others say of the CVE; then an advisory about several. */
function severity({ id, judged }: Vulnerability, severityOf: (cve: string) => Severity): Severity {
  if (judged.length > 0 && judged.every(({ advisory }) => advisory.isUnimportant)) return 'negligible'
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
  return [...new Set(judged.flatMap(fixesOf))].sort((a, b) => {
    const order = compareVersions(scheme, a, b)
    return order.ok ? order.value : a < b ? -1 : 1
  })
}

function fixesOf({ verdict }: Judged): readonly string[] {
  if (verdict.kind !== 'not-affected') return verdict.fixedIn
  return verdict.cause.kind === 'fixed' ? [verdict.cause.version] : []
}
