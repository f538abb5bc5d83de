// The result for people: findings worst first, a summary line, and what was not covered.
import { styleText } from 'node:util'
import { escapeForTerminal } from '@yagura/kernel'
import type { ScanReport, VulnerabilityFinding } from '@yagura/schema'
import { SEVERITIES, type Severity, severityRank } from '@yagura/schema/severities'
import { severityStyle, severityText } from '../../terminal/severity.ts'
import { type Cell, formatTable } from '../../terminal/table.ts'

const COLUMNS = [
  { title: 'SEVERITY' },
  { title: 'PACKAGE', minColumns: 12 },
  { title: 'INSTALLED', minColumns: 10 },
  { title: 'VULNERABILITY', minColumns: 14 },
  { title: 'FIXED IN', minColumns: 10 },
]

/** `stream`: where it goes, which decides on colours and width; undefined for a file. */
export function toTable(result: ScanReport, stream: NodeJS.WriteStream | undefined): string {
  const paint = (style: Parameters<typeof styleText>[0]) => (text: string) =>
    stream?.isTTY ? styleText(style, text, { stream }) : text
  const lines = [paint('bold')(heading(result)), '']
  if (result.findings.length > 0) {
    const rows = sorted(result.findings).map((finding) => row(finding, paint))
    lines.push(...formatTable(COLUMNS, rows, (stream?.isTTY && stream.columns) || undefined, paint('dim')), '')
  }
  lines.push(summary(result))
  for (const gap of result.coverageGaps) {
    const text = [gap.subject && `${gap.subject}: `, gap.reason, gap.remedy && ` ${gap.remedy}`]
      .filter(Boolean)
      .join('')
    lines.push(`${paint('yellow')('! not covered')}  ${escapeForTerminal(text)}`)
  }
  return `${lines.join('\n')}\n`
}

function heading({ target, operatingSystem, packages }: ScanReport): string {
  const name = operatingSystem?.prettyName ?? operatingSystem?.id ?? 'unknown operating system'
  return escapeForTerminal(`${target} · ${name} · ${plural(packages.length, 'package')}`)
}

function row(
  finding: VulnerabilityFinding,
  paint: (style: Parameters<typeof styleText>[0]) => (text: string) => string,
): Cell[] {
  const undetermined = finding.status === 'affected' ? '' : ` (${finding.status})`
  return [
    { text: severityText(finding.severity), style: paint(severityStyle(finding.severity)) },
    { text: escapeForTerminal(finding.package) },
    { text: escapeForTerminal(finding.version) },
    { text: escapeForTerminal(finding.id) + undetermined },
    { text: escapeForTerminal(finding.fixedIn.join(', ')) || 'no fix known' },
  ]
}

function sorted(findings: readonly VulnerabilityFinding[]): VulnerabilityFinding[] {
  return findings.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) || compare(a.package, b.package) || compare(a.id, b.id),
  )
}

const collator = new Intl.Collator('en', { numeric: true })

function compare(a: string, b: string): number {
  return collator.compare(a, b)
}

function summary({ findings: all, suppressed, packages }: ScanReport): string {
  const findings = all.filter(({ status }) => status === 'affected' || status === 'undetermined')
  const settled = suppressed.length > 0 ? ` ${suppressed.length} more settled by exceptions or VEX statements.` : ''
  return `${count(findings, packages.length)}${settled}`
}

function count(findings: readonly VulnerabilityFinding[], packages: number): string {
  if (findings.length === 0) return `No findings in ${plural(packages, 'package')}.`
  const counts = SEVERITIES.toReversed().flatMap((severity: Severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count > 0 ? [`${count} ${severity}`] : []
  })
  const fixable = findings.filter((finding) => finding.fixedIn.length > 0).length
  return `${plural(findings.length, 'finding')} in ${plural(packages, 'package')}: ${counts.join(', ')}. A fix is known for ${fixable}.`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
