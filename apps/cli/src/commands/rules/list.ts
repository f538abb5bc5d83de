// `yagura rules list [FILE…]`
import { loadRules } from '@yagura/detect'
import { escapeForTerminal } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'
import { readOwnRules, readRuleFiles } from './files.ts'

export async function list(files: readonly string[], options: { readonly format: 'table' | 'json' }): Promise<void> {
  const own = await readOwnRules()
  const theirs = await readRuleFiles(files, 'user')
  const loaded = loadRules([...own, ...theirs], { skipBroken: true })
  if (!loaded.ok) throw loaded.error
  const wanted = new Set((theirs.length > 0 ? theirs : own).map(({ name }) => name))
  const rules = loaded.value.rules
    .filter(({ file }) => wanted.has(file))
    .map(({ rule, file, line, enabled, types }) => ({ ...rule, file, line, enabled, events: types }))
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify(rules, null, 2)}\n`)
    return
  }
  const rows = rules.map((rule) =>
    [
      rule.id,
      rule.grade,
      rule.severity,
      rule.techniques.join(' '),
      rule.tactics.join(' '),
      rule.enabled ? '' : 'off',
    ].map((text) => ({ text: escapeForTerminal(text) })),
  )
  process.stdout.write(`${formatTable(COLUMNS, rows, process.stdout.columns).join('\n')}\n`)
}

const COLUMNS = [
  { title: 'RULE', minColumns: 12 },
  { title: 'GRADE' },
  { title: 'SEVERITY' },
  { title: 'TECHNIQUES', minColumns: 9 },
  { title: 'TACTICS', minColumns: 9 },
  { title: '' },
]
