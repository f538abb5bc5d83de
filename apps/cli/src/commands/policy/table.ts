// `--format table`: what fails and what could not be judged first, then what passes.
import { escapeForTerminal } from '@yagura/kernel'
import { POLICY_VERDICTS } from '@yagura/policy'
import { formatTable } from '../../terminal/table.ts'
import type { Gap, PlacedResult } from './eval.ts'
import { countVerdicts } from './json.ts'

const ORDER = ['fail', 'error', 'pass', 'not-applicable'] as const
const COLUMNS = [
  { title: 'VERDICT' },
  { title: 'RESOURCE', minColumns: 16 },
  { title: 'POLICY', minColumns: 12 },
  { title: 'MESSAGE', minColumns: 20 },
]

export function toTable(
  results: readonly PlacedResult[],
  gaps: readonly Gap[],
  all: boolean,
  maxColumns: number | undefined,
): string {
  const rows = results
    .filter(({ verdict }) => all || verdict !== 'not-applicable')
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    .map(({ verdict, resource, policy, rule, message }) =>
      [verdict, resource, rule === null ? policy : `${policy}/${rule}`, message].map((text) => ({
        text: escapeForTerminal(text.replace(/\s+/g, ' ')),
      })),
    )
  const counts = countVerdicts(results)
  const summary = POLICY_VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')
  const hidden = all || counts['not-applicable'] === 0 ? '' : ' (listed with --all)'
  const left = gaps.map(({ file, line, message }) => escapeForTerminal(`!  not judged: ${file}:${line}: ${message}`))
  return `${[...(rows.length > 0 ? formatTable(COLUMNS, rows, maxColumns) : []), `${summary}${hidden}`, ...left].join('\n')}\n`
}
