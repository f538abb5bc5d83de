// `yagura versions …`
import { SCHEME_NAMES } from '@yagura/versions'
import { type Command, Option } from 'commander'

export function registerVersions(program: Command): void {
  const versions = program.command('versions').description('how versions compare')
  versions
    .command('compare')
    .description('read pairs of versions, one a line with a tab between, and print -1, 0, 1 or an error for each')
    .addOption(new Option('--scheme <scheme>', 'whose rules').choices(SCHEME_NAMES.toSorted()).makeOptionMandatory())
    .action(async ({ scheme }) => (await import('./compare.ts')).compare(scheme))
  versions
    .command('satisfies')
    .description(
      'read versions and ranges, one pair a line with a tab between, and print true, false or an error for each',
    )
    .addOption(new Option('--scheme <scheme>', 'whose rules').choices(['npm']).makeOptionMandatory())
    .action(async () => (await import('./satisfies.ts')).satisfy())
}
