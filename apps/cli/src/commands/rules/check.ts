// `yagura rules check FILE…`: beside our own rules, so that a file may use their words and change them.
import { loadRules, type RuleProblem } from '@yagura/detect'
import { escapeForTerminal } from '@yagura/kernel'
import { readOwnRules, readRuleFiles } from './files.ts'

export async function check(files: readonly string[], options: { readonly format: 'table' | 'json' }): Promise<void> {
  const texts = await readRuleFiles(files, 'user')
  const loaded = loadRules([...(await readOwnRules()), ...texts], { skipBroken: true })
  if (!loaded.ok) throw loaded.error
  const names = new Set(texts.map(({ name }) => name))
  const problems = loaded.value.problems.filter(({ file }) => names.has(file))
  const rules = loaded.value.rules.filter(({ file }) => names.has(file))
  const broken = new Set(
    problems.filter((one) => one.level === 'error').map(({ file, line, rule }) => rule ?? `${file}:${line}`),
  )
  const summary = {
    files: texts.length,
    rules: rules.length + broken.size,
    usable: rules.length,
    disabled: rules.filter(({ enabled }) => !enabled).length,
    neverTrue: rules.filter(({ types }) => types.length === 0).length,
  }
  if (options.format === 'json') process.stdout.write(`${JSON.stringify({ ...summary, problems }, null, 2)}\n`)
  else process.stdout.write(asText(problems, summary))
  if (broken.size > 0) process.exitCode = 1
}

function asText(problems: readonly RuleProblem[], summary: Readonly<Record<string, number>>): string {
  const lines = problems.map(
    ({ file, line, level, rule, message }) =>
      `${file}:${line}: ${level}: ${rule === null ? '' : `${rule}: `}${message}`,
  )
  const { rules, usable, files, disabled, neverTrue } = summary
  lines.push(
    `${usable} of ${rules} rules in ${files} ${files === 1 ? 'file' : 'files'} can be used` +
      `${disabled ? `, ${disabled} of them switched off` : ''}${neverTrue ? `, ${neverTrue} of them never true here` : ''}.`,
  )
  return `${lines.map((line) => escapeForTerminal(line)).join('\n')}\n`
}
