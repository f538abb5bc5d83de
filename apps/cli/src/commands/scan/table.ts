// The result for people: findings worst first, a summary line, and what was not covered.
import { styleText } from 'node:util'
import { escapeForTerminal } from '@yagura/kernel'
import type { MistakeFinding, ScanReport, SecretFinding, VulnerabilityFinding } from '@yagura/schema'
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

const SECRET_COLUMNS = [
  { title: 'SEVERITY' },
  { title: 'SECRET' },
  { title: 'WHERE', minColumns: 20 },
  { title: 'MATCH' },
]
const MISTAKE_COLUMNS = [{ title: 'SEVERITY' }, { title: 'MISTAKE' }, { title: 'WHAT', minColumns: 20 }]

type Paint = (style: Parameters<typeof styleText>[0]) => (text: string) => string

/** `stream`: where it goes, which decides on colours and width; undefined for a file. `all`: what is negligible, too. */
export function toTable(result: ScanReport, stream: NodeJS.WriteStream | undefined, all = false): string {
  const paint: Paint = (style) => (text) => (stream?.isTTY ? styleText(style, text, { stream }) : text)
  const lines = [paint('bold')(heading(result)), '']
  const table = (columns: typeof COLUMNS, rows: Cell[][]) => {
    if (rows.length === 0) return
    lines.push(...formatTable(columns, rows, (stream?.isTTY && stream.columns) || undefined, paint('dim')), '')
  }
  const shown = result.findings.filter(({ severity }) => all || severity !== 'negligible')
  table(
    COLUMNS,
    sorted(shown).map((finding) => row(finding, paint)),
  )
  table(
    SECRET_COLUMNS,
    result.secrets.map((secret) => secretRow(secret, paint)),
  )
  table(
    MISTAKE_COLUMNS,
    result.mistakes.map((mistake) => mistakeRow(mistake, paint)),
  )
  lines.push(summary(result))
  const attacked = shown.filter(({ kev }) => kev).length
  if (attacked > 0)
    lines.push(`${plural(attacked, 'finding')} marked KEV: attacks with ${attacked === 1 ? 'it' : 'them'} are known.`)
  const hidden = result.findings.length - shown.length
  if (hidden > 0)
    lines.push(`${hidden} negligible ${hidden === 1 ? 'one is' : 'ones are'} not shown; --all shows them.`)
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

function secretRow({ severity, kind, path, line, deletedIn, match }: SecretFinding, paint: Paint): Cell[] {
  const where = `${path}${line === null ? '' : `:${line}`}${deletedIn === null ? '' : ' (deleted in a later layer)'}`
  return [
    { text: severityText(severity), style: paint(severityStyle(severity)) },
    { text: escapeForTerminal(kind) },
    { text: escapeForTerminal(where) },
    { text: escapeForTerminal(match) },
  ]
}

function mistakeRow({ severity, check, title, message }: MistakeFinding, paint: Paint): Cell[] {
  return [
    { text: severityText(severity), style: paint(severityStyle(severity)) },
    { text: escapeForTerminal(check) },
    { text: escapeForTerminal(`${title}: ${message}`) },
  ]
}

function row(finding: VulnerabilityFinding, paint: Paint): Cell[] {
  const notes = [finding.status === 'affected' ? '' : finding.status, finding.kev ? 'KEV' : '']
    .filter(Boolean)
    .join(', ')
  return [
    { text: severityText(finding.severity), style: paint(severityStyle(finding.severity)) },
    { text: escapeForTerminal(finding.package) },
    { text: escapeForTerminal(finding.version) },
    { text: escapeForTerminal(finding.id) + (notes && ` (${notes})`) },
    { text: escapeForTerminal(finding.fixedIn.join(', ')) || 'no fix known' },
  ]
}

function sorted(findings: readonly VulnerabilityFinding[]): VulnerabilityFinding[] {
  return findings.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) ||
      Number(b.kev !== undefined) - Number(a.kev !== undefined) ||
      compare(a.package, b.package) ||
      compare(a.id, b.id),
  )
}

let collator: Intl.Collator | undefined

function compare(a: string, b: string): number {
  // made where there is something to compare: it takes as long as all the rest of a short run
  collator ??= new Intl.Collator('en', { numeric: true })
  return collator.compare(a, b)
}

function summary(report: ScanReport): string {
  const { findings: all, suppressed, suppressedSecrets, suppressedMistakes, packages } = report
  const findings = all.filter(({ status }) => status === 'affected' || status === 'undetermined')
  const count = suppressed.length + suppressedSecrets.length + suppressedMistakes.length
  const settled = count > 0 ? ` ${count} more settled by exceptions or VEX statements.` : ''
  return `${countFindings(findings, packages.length)}${settled}`
}

function countFindings(findings: readonly VulnerabilityFinding[], packages: number): string {
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
