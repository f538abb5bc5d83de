// `yagura check`
import { YaguraError } from '@yagura/kernel'
import { SEVERITIES } from '@yagura/schema/severities'
import { Argument, type Command, Option } from 'commander'

export const CHECK_FORMATS = ['table', 'json', 'sarif', 'junit', 'html', 'oscal'] as const
export type CheckFormat = (typeof CHECK_FORMATS)[number]
export const LANGUAGES = ['en', 'ja', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const TARGETS = ['host', 'docker', 'containerd', 'cri-o', 'kubernetes', 'middleware', 'manifests', 'image'] as const

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('check how this machine, its engines, Kubernetes, middleware or manifests are set up')
    .addArgument(
      new Argument('[target]', 'what to check; without it everything that this machine has').choices(TARGETS),
    )
    .argument('[path]', 'manifests: file or directory; image: a scan report in JSON')
    .option('--baseline <file...>', 'judge by baselines of your own; the last file is the one in force')
    .option('--profile <name>', 'only these checks: a framework, cis-*, pss-baseline, pss-restricted, an id or HOST-*')
    .option('--root <dir>', 'root directory of another machine instead of this one')
    .option('--probe', 'middleware: also ask servers over the network, without credentials')
    .option(
      '--credentials <file>',
      'middleware: YAML with users and passwords for asking servers themselves (mode 0600)',
    )
    .option('--kubernetes-version <version>', 'version that manifests are for, such as 1.30')
    .addOption(
      new Option('--format <format>', 'how to print the result; the coverage also as markdown')
        .choices([...CHECK_FORMATS, 'markdown'])
        .default('table'),
    )
    .option('--coverage', 'print which sections of each framework the checks answer, and check nothing')
    .addOption(new Option('--language <language>', 'of texts and reports').choices(LANGUAGES).default('en'))
    .addOption(new Option('--fail-on <severity>', 'least severity that exit code 1 is for').choices(SEVERITIES))
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--all', 'table: also what passes and what does not apply')
    .option('--explain', 'table: why it matters, where the value was read, and the change that mends it')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing fails, 1 something fails, 2 wrong usage, or something could not be judged and nothing fails.' +
        '\nNothing is ever changed; the changes shown are for you to make.',
    )
    .action(async (target: string | undefined, path: string | undefined, options) => {
      if (options.coverage) {
        const { coverage } = await import('./coverage.ts')
        return coverage(options.format)
      }
      if (options.format === 'markdown')
        throw new YaguraError('USAGE', 'Only the coverage is printed as markdown.', { hint: 'Add --coverage.' })
      const { check } = await import('./check.ts')
      await check(target, path, options)
    })
}
