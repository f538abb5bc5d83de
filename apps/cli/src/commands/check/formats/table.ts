// `--format table`: what fails first, worst on top; then what could not be judged and what a person must look at.
import { styleText } from 'node:util'
import { escapeForTerminal } from '@yagura/kernel'
import { type CheckResult, type CheckVerdict, VERDICTS } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { severityStyle, severityText } from '../../../terminal/severity.ts'
import { type Cell, formatTable } from '../../../terminal/table.ts'
import type { Language } from '../index.ts'
import { type CheckReport, countVerdicts, remediationText, textOf, titleOf } from '../report.ts'

export interface TableOptions {
  readonly all: boolean
  readonly explain: boolean
  /** Where it goes, which decides on colours and width; undefined for a file. */
  readonly stream: NodeJS.WriteStream | undefined
}

type Style = Parameters<typeof styleText>[0]

const ORDER: readonly CheckVerdict[] = ['fail', 'error', 'manual', 'not-applicable', 'pass']
const STYLES: Readonly<Record<CheckVerdict, Style>> = {
  fail: 'red',
  error: 'yellow',
  manual: 'cyan',
  'not-applicable': 'gray',
  pass: 'green',
}
const COLUMNS = [
  { title: 'VERDICT' },
  { title: 'SEVERITY' },
  { title: 'CHECK' },
  { title: 'RESOURCE', minColumns: 10 },
  { title: 'WHAT', minColumns: 24 },
  { title: 'FOUND', minColumns: 10 },
]
const PLAIN_FOUND = 60

export function toTable(report: CheckReport, { all, explain, stream }: TableOptions): string {
  const paint = (style: Style) => (text: string) => (stream?.isTTY ? styleText(style, text, { stream }) : text)
  const { language } = report
  const isShown = ({ verdict }: CheckResult) => all || (verdict !== 'pass' && verdict !== 'not-applicable')
  const shown = report.results.filter(isShown).toSorted(worstFirst)
  const lines: string[] = []
  if (explain) for (const result of shown) lines.push(...explained(result, language, paint), '')
  else if (shown.length > 0) {
    const width = (stream?.isTTY && stream.columns) || undefined
    const rows = shown.map((result) => row(result, language, paint))
    lines.push(...formatTable(COLUMNS, rows, width, paint('dim')), '')
  }
  const counts = countVerdicts(report.results)
  lines.push(VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(', '))
  if (!all && counts.pass + counts['not-applicable'] > 0)
    lines.push('What passes and what does not apply is shown with --all, what to do with --explain.')
  for (const { subject, message } of report.problems)
    lines.push(`${paint('yellow')('!')}  ${plain(`${subject}: ${message}`)}`)
  return `${lines.join('\n')}\n`
}

function worstFirst(a: CheckResult, b: CheckResult): number {
  return (
    ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    a.resource.localeCompare(b.resource) ||
    a.check.localeCompare(b.check)
  )
}

function row(result: CheckResult, language: Language, paint: (style: Style) => (text: string) => string): Cell[] {
  const { verdict, severity, check, resource } = result
  const found = foundIn(result, language)
  return [
    { text: verdict, style: paint(STYLES[verdict]) },
    { text: severityText(severity), style: paint(severityStyle(severity)) },
    { text: plain(check) },
    { text: plain(resource) },
    { text: plain(titleOf(result, language)) },
    { text: plain(found.length > PLAIN_FOUND ? `${found.slice(0, PLAIN_FOUND)}…` : found) },
  ]
}

/** The value that was judged; of what was not judged, why not. */
function foundIn(result: CheckResult, language: Language): string {
  if (result.verdict === 'error' || result.verdict === 'manual') return textOf(result.message, language)
  const last = result.evidence.at(-1)
  if (!last) return ''
  if (last.value === null) return last.place
  return last.source === 'default' ? `${last.value} (default)` : last.value
}

function explained(
  result: CheckResult,
  language: Language,
  paint: (style: Style) => (text: string) => string,
): string[] {
  const { verdict, severity, check, resource, evidence, controls, why } = result
  const title = titleOf(result, language)
  const message = textOf(result.message, language)
  const head = `${paint(STYLES[verdict])(verdict)}  ${severityText(severity)}  ${plain(check)}  ${plain(resource)}`
  const lines = [head, `  ${paint('bold')(plain(title))}`]
  if (message !== title) lines.push(`  ${plain(message)}`)
  if (why) lines.push(`  ${plain(textOf(why, language))}`)
  for (const { source, place, value } of evidence)
    lines.push(`  ${source}: ${plain(place)}${value === null ? '' : ` = ${plain(value)}`}`)
  const { remediation } = result
  if (remediation) lines.push(...change({ ...remediation, after: remediationText(result, language) }, paint))
  if (controls.length > 0)
    lines.push(`  ${plain(controls.map(({ framework, section }) => `${framework} ${section}`).join(' · '))}`)
  return lines
}

/** As a diff: what stands there, and what should. */
function change(
  { kind, place, before, after }: NonNullable<CheckResult['remediation']>,
  paint: (style: Style) => (text: string) => string,
): string[] {
  if (kind === 'text') return [`  → ${plain(after)}`]
  if (kind === 'command') return after.split('\n').map((line) => `  $ ${plain(line)}`)
  return [
    ...(place === null ? [] : [`  @@ ${plain(place)}`]),
    ...(before === null ? [] : [paint('red')(`  - ${plain(before)}`)]),
    ...after
      .trimEnd()
      .split('\n')
      .map((line) => paint('green')(`  + ${escapeForTerminal(line)}`)),
  ]
}

function plain(text: string): string {
  return escapeForTerminal(text.replace(/\s+/g, ' '))
}
