// `yagura rules test [FILE…]`
import { testRules } from '@yagura/detect'
import { escapeForTerminal } from '@yagura/kernel'
import { readOwnRules, readRuleFiles } from './files.ts'

export async function test(files: readonly string[], options: { readonly format: 'table' | 'json' }): Promise<void> {
  const own = await readOwnRules()
  const theirs = await readRuleFiles(files, 'user')
  const report = testRules([...own, ...theirs], { only: (theirs.length > 0 ? theirs : own).map(({ name }) => name) })
  if (options.format === 'json') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else {
    const lines = [
      ...report.failures.map(({ file, line, rule, message }) => `${file}:${line}: ${rule}: ${message}`),
      ...report.untested.map((rule) => `${rule}: has no samples of both kinds.`),
      `${report.samples} samples of ${report.rules} rules, ${report.failures.length} judged wrong.`,
    ]
    process.stdout.write(`${lines.map((line) => escapeForTerminal(line)).join('\n')}\n`)
  }
  if (report.failures.length > 0) process.exitCode = 1
}
