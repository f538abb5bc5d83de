// `yagura baseline …`
import type { Command } from 'commander'

export function registerBaseline(program: Command): void {
  const baseline = program.command('baseline').description('baselines of your own, as files for git')
  baseline
    .command('propose')
    .description('make a baseline from results of checks: what most do where it is safe, what is safe where it is not')
    .option('--from <file...>', 'results in JSON, as `yagura check --format json` writes them')
    .option('--target <target>', 'without --from: check this target here (default: everything this machine has)')
    .option('--name <name>', 'name of the baseline', 'company')
    .option('--extends <name...>', 'baselines that lie beneath it')
    .action(async (options) => (await import('./propose.ts')).propose(options))
  baseline
    .command('diff')
    .description('what changed from one baseline to another')
    .argument('<before>')
    .argument('<after>')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit codes: 0 no difference, 1 differences, 2 a file is no baseline.')
    .action(async (before: string, after: string, options) => (await import('./diff.ts')).diff(before, after, options))
  baseline
    .command('adopt')
    .description('check a baseline and put it in force on the server of this machine')
    .argument('<file>')
    .option('--check-only', 'only check the file')
    .action(async (file: string, options) => (await import('./adopt.ts')).adopt(file, options))
}
