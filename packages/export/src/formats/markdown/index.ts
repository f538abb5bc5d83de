// Markdown for a comment on a pull request: the verdict first, then tables, each cut where it would grow too long.
import type { ScanReport, VulnerabilityFinding } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { attackNote } from '../../content/exploitation.ts'
import { findingName, isHarmless, titleOf, worstFirst } from '../../content/order.ts'
import type { Format } from '../../format.ts'
import { markdownCode, markdownText } from '../../text/markdown.ts'
import { shortened } from '../../text/visible.ts'

/** A comment on GitHub holds 65,536 characters, one on other forges more. */
const MAX_CHARACTERS = 60_000
const MAX_ROWS = 100
const MAX_CELL = 160
const MAX_SECTION = 20_000

export const format: Format = {
  name: 'markdown',
  description: 'Markdown for a comment on a pull request',
  mediaType: 'text/markdown',
  render(report) {
    const sections = [
      ...vulnerabilities(report),
      ...secrets(report),
      ...mistakes(report),
      ...suppressed(report),
      ...coverage(report),
    ]
    return fit([heading(report), summary(report), ...sections])
  },
}

/** Whole sections only: half a table would be shown as text. */
function fit(sections: readonly string[]): string {
  const kept: string[] = []
  let characters = 0
  for (const section of sections) {
    characters += section.length + 2
    if (characters > MAX_CHARACTERS - 200) {
      kept.push('*The rest did not fit into a comment; see the whole report.*')
      break
    }
    kept.push(section)
  }
  return `${kept.join('\n\n')}\n`
}

function heading(report: ScanReport): string {
  const { operatingSystem, packages } = report
  const system = operatingSystem?.prettyName ?? operatingSystem?.id ?? 'unknown operating system'
  return `### Yagura: ${cell(titleOf(report))}\n\n${markdownText(shortened(system, MAX_CELL))} · ${plural(packages.length, 'package')}`
}

function summary({ findings, packages, secrets, mistakes }: ScanReport): string {
  const open = findings.filter((finding) => !isHarmless(finding))
  const parts = [
    open.length === 0
      ? `**No vulnerabilities found** in ${plural(packages.length, 'package')}.`
      : `**${plural(open.length, 'finding')}**: ${counts(open)}. A fix is known for ${open.filter((finding) => finding.fixedIn.length > 0).length}.`,
  ]
  const attacked = open.filter((finding) => finding.kev).length
  if (attacked > 0) parts.push(`**${attacked} known to be exploited** (KEV).`)
  if (secrets.length > 0) parts.push(`**${plural(secrets.length, 'secret')}** in layers.`)
  if (mistakes.length > 0) parts.push(`${plural(mistakes.length, 'mistake')} in the configuration.`)
  return parts.join(' ')
}

function counts(findings: readonly VulnerabilityFinding[]): string {
  return SEVERITIES.toReversed()
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .flatMap(({ severity, count }) => (count > 0 ? [`${count} ${severity}`] : []))
    .join(', ')
}

function vulnerabilities({ findings }: ScanReport): string[] {
  const open = worstFirst(
    findings.filter((finding) => !isHarmless(finding)),
    findingName,
  )
  return table(['Severity', 'Vulnerability', 'Package', 'Installed', 'Fixed in'], open, (finding) => [
    finding.severity,
    [
      cell(finding.id),
      ...(finding.status === 'affected' ? [] : [`(${finding.status})`]),
      ...(finding.kev ? [`**${attackNote(finding)}**`] : []),
    ].join(' '),
    cell(finding.package),
    cell(finding.version),
    finding.fixedIn.length > 0 ? cell(finding.fixedIn.join(', ')) : 'no fix known',
  ])
}

function secrets({ secrets }: ScanReport): string[] {
  const sorted = worstFirst(secrets, (secret) => `${secret.path} ${secret.kind}`)
  return table(['Severity', 'Secret', 'File', 'Masked'], sorted, (secret) => [
    secret.severity,
    cell(secret.kind),
    `${cell(secret.path)}${secret.deletedIn === null ? '' : ' (deleted later, still in the image)'}`,
    cell(secret.match),
  ])
}

function mistakes({ mistakes }: ScanReport): string[] {
  const sorted = worstFirst(mistakes, (mistake) => `${mistake.check} ${mistake.path ?? ''}`)
  return table(['Severity', 'Mistake', 'What to do'], sorted, (mistake) => [
    mistake.severity,
    markdownText(shortened(mistake.message, MAX_CELL)),
    markdownText(shortened(mistake.remedy, MAX_CELL)),
  ])
}

function suppressed(report: ScanReport): string[] {
  const lines = [
    ...worstFirst(report.suppressed, findingName).map(({ id, package: name, suppression }) => ({
      id,
      name,
      suppression,
    })),
    ...report.suppressedSecrets.map(({ kind, path, suppression }) => ({ id: kind, name: path, suppression })),
    ...report.suppressedMistakes.map(({ check, path, suppression }) => ({ id: check, name: path, suppression })),
  ]
  return details(`${plural(lines.length, 'finding')} settled by exceptions and statements`, lines, (line) =>
    [
      cell(line.id),
      line.name === null ? '' : ` in ${cell(line.name)}`,
      `: ${markdownText(shortened(line.suppression.reason, MAX_CELL))}`,
    ].join(''),
  )
}

function coverage({ coverageGaps }: ScanReport): string[] {
  return details(`${plural(coverageGaps.length, 'thing')} not covered`, coverageGaps, (gap) =>
    markdownText(shortened([gap.subject && `${gap.subject}: `, gap.reason].join(''), 2 * MAX_CELL)),
  )
}

function table<T>(titles: readonly string[], items: readonly T[], row: (item: T) => readonly string[]): string[] {
  if (items.length === 0) return []
  const head = [titles, titles.map(() => '---')].map(tableLine)
  const { lines, left } = bounded(items, (item) => tableLine(row(item)))
  return [[...head, ...lines].join('\n'), ...(left > 0 ? [`… and ${left} more.`] : [])]
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function details<T>(title: string, items: readonly T[], line: (item: T) => string): string[] {
  if (items.length === 0) return []
  const { lines, left } = bounded(items, (item) => `- ${line(item)}`)
  if (left > 0) lines.push(`- … and ${left} more`)
  return [`<details><summary>${title}</summary>\n\n${lines.join('\n')}\n\n</details>`]
}

function bounded<T>(items: readonly T[], line: (item: T) => string): { lines: string[]; left: number } {
  const lines: string[] = []
  let characters = 0
  for (const item of items.slice(0, MAX_ROWS)) {
    const next = line(item)
    characters += next.length
    if (characters > MAX_SECTION) break
    lines.push(next)
  }
  return { lines, left: items.length - lines.length }
}

function cell(text: string): string {
  return markdownCode(shortened(text, MAX_CELL))
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
