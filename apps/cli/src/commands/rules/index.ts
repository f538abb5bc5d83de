// `yagura rules …`
import { type Command, Option } from 'commander'

const FORMAT = () =>
  new Option('--format <format>', 'how to print the result').choices(['table', 'json']).default('table')

export function registerRules(program: Command): void {
  const rules = program.command('rules').description('rules of runtime detection')
  rules
    .command('check')
    .description('load rule files, those of Falco too, and say what cannot be used of them')
    .argument('<file...>', 'rule files, or directories of them')
    .addOption(FORMAT())
    .addHelpText('after', '\nExit codes: 0 every rule can be used, 1 some cannot, 2 the files cannot be read.')
    .action(async (files: string[], options) => (await import('./check.ts')).check(files, options))
  rules
    .command('test')
    .description('try rules on their own samples')
    .argument('[file...]', 'rule files, or directories of them (default: the rules that come with Yagura)')
    .addOption(FORMAT())
    .addHelpText('after', '\nExit codes: 0 every sample is judged right, 1 some are not, 2 the files cannot be read.')
    .action(async (files: string[], options) => (await import('./test.ts')).test(files, options))
  rules
    .command('list')
    .description('list rules with grade, technique and the events they look at')
    .argument('[file...]', 'rule files, or directories of them (default: the rules that come with Yagura)')
    .addOption(FORMAT())
    .action(async (files: string[], options) => (await import('./list.ts')).list(files, options))
}
