// The explanation for people.
import { escapeForTerminal } from '@yagura/kernel'
import type { CoverageGapReport, Suppression, VulnerabilityFinding } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'

export interface Explained {
  readonly target: string
  readonly vulnerability: string
  /** Its other names. */
  readonly names: readonly string[]
  readonly severity: Severity
  readonly packages: number
  readonly verdicts: readonly (VulnerabilityFinding & {
    /** The operating system package whose vendor judges this one: it is not reported. */
    readonly judgedBy: { readonly name: string; readonly type: string } | null
    readonly suppression: Suppression | null
  })[]
  readonly feeds: readonly { readonly name: string; readonly packages: number }[]
  readonly coverageGaps: readonly CoverageGapReport[]
}

export function toText(explained: Explained): string {
  const { vulnerability, names, severity, target } = explained
  const also = names.length > 0 ? `, also ${names.join(', ')}` : ''
  const lines = [`${vulnerability}${also}, severity ${severity}, in ${target}`, '']
  for (const verdict of explained.verdicts) lines.push(...verdictLines(verdict))
  if (explained.verdicts.length === 0) lines.push(...nothingLines(explained))
  lines.push('', `Looked at ${plural(explained.packages, 'package')}:`)
  for (const { name, packages } of explained.feeds)
    lines.push(
      `  ${name} was asked about ${packages === explained.packages ? 'all of them' : plural(packages, 'package')}`,
    )
  if (explained.feeds.length === 0) lines.push('  no feed of the database speaks of any of them')
  for (const gap of explained.coverageGaps)
    lines.push(`! not covered  ${gap.subject === '' ? '' : `${gap.subject}: `}${gap.reason}`)
  return `${lines.map(escapeForTerminal).join('\n')}\n`
}

function verdictLines(verdict: Explained['verdicts'][number]): string[] {
  const { suppression, judgedBy, status } = verdict
  const isReported = !suppression && !judgedBy && (status === 'affected' || status === 'undetermined')
  const lines = [
    `${verdict.package} ${verdict.version}: ${status}, ${isReported ? 'reported' : 'not reported'}`,
    `  ${verdict.reason}`,
  ]
  if (verdict.fixedIn.length > 0 && isReported) lines.push(`  Fixed in ${verdict.fixedIn.join(', ')}.`)
  if (judgedBy)
    lines.push(
      `  It belongs to the package ${judgedBy.name}, whose vendor judges it; --comprehensive asks upstream as well.`,
    )
  if (suppression) {
    const by = suppression.kind === 'exception' ? 'An exception' : 'A VEX statement'
    const line = suppression.line === null ? '' : `, line ${suppression.line}`
    lines.push(`  ${by} settles it (${suppression.source}${line}): ${suppression.reason}`)
  }
  return lines
}

function nothingLines({ vulnerability, severity, feeds }: Explained): string[] {
  const known =
    severity === 'unknown'
      ? 'The database has no rating of it either, so it may not be known to any feed in it.'
      : 'The database knows it, for other packages or releases.'
  // Alpine's secdb has no entry for what has no fix (wiki.alpinelinux.org, "Secfixes")
  const hides = feeds.some(({ name }) => name.startsWith('Alpine:'))
    ? ['Alpine publishes a vulnerability when it is fixed: one without a fix would not be seen.']
    : []
  return [`Not reported: no advisory about ${vulnerability} names a package of this target.`, known, ...hides]
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
