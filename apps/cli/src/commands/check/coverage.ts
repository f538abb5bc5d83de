// `yagura check --coverage`: which sections of each framework are answered, by which checks, and why the others are not.
import { type ControlTable, coverageOf, readControls } from '@yagura/compliance'
import { YaguraError } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'
import { CONTROLS } from './targets/records.ts'

export function coverage(format: string): void {
  const { tables, problems } = readControls(CONTROLS)
  if (problems.length > 0) throw new YaguraError('INPUT_INVALID', problems[0] ?? '')
  if (format === 'json') process.stdout.write(`${JSON.stringify({ frameworks: tables.map(inJson) }, null, 1)}\n`)
  else if (format === 'markdown') process.stdout.write(coveragePage(tables))
  else if (format === 'table') process.stdout.write(asTable(tables))
  else throw new YaguraError('USAGE', `The coverage is printed as table, json or markdown, not as ${format}.`)
}

function inJson(table: ControlTable) {
  const sections = coverageOf(table)
  const { framework, title, edition } = table
  return { framework, title, edition, implemented: count(sections), sections }
}

function asTable(tables: readonly ControlTable[]): string {
  const rows = tables.map((table) => {
    const sections = coverageOf(table)
    const done = count(sections)
    return [
      { text: table.framework },
      { text: `${table.title} ${table.edition}` },
      { text: `${done}` },
      { text: `${sections.length}` },
      { text: `${Math.round((100 * done) / sections.length)} %` },
    ]
  })
  const columns = ['FRAMEWORK', 'EDITION', 'ANSWERED', 'SECTIONS', 'SHARE'].map((title) => ({ title }))
  const hint = 'Which checks answer which section, and why others are not answered: --format json.'
  return `${formatTable(columns, rows, process.stdout.columns, (text) => text).join('\n')}\n\n${hint}\n`
}

function count(sections: readonly { readonly checks: readonly string[] }[]): number {
  return sections.filter(({ checks }) => checks.length > 0).length
}

/** The page of the documentation. */
export function coveragePage(tables: readonly ControlTable[]): string {
  const lines = [
    '# Which controls are answered',
    '',
    'Written by `yagura check --coverage --format markdown`. A section is answered when at least one check is for it; the wording of the frameworks is not repeated here.',
    '',
    '| framework | edition | answered | sections |',
    '|---|---|---|---|',
    ...tables.map((table) => {
      const sections = coverageOf(table)
      return `| ${table.title} (\`${table.framework}\`) | ${table.edition} | ${count(sections)} | ${sections.length} |`
    }),
  ]
  for (const table of tables) {
    const sections = coverageOf(table)
    lines.push('', `## ${table.title}`, '', '| section | checks |', '|---|---|')
    for (const { section, checks } of sections)
      if (checks.length > 0) lines.push(`| ${section} | \`${checks.join(' ')}\` |`)
    const without = Map.groupBy(
      sections.filter(({ checks }) => checks.length === 0),
      ({ reason }) => reason ?? '',
    )
    if (without.size > 0) lines.push('', 'Not answered:', '')
    for (const [reason, own] of without) lines.push(`- ${own.map(({ section }) => section).join(', ')}: ${reason}`)
  }
  return `${lines.join('\n')}\n`
}
