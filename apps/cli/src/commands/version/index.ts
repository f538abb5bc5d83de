// `yagura version`
import type { Command } from 'commander'
import { version } from '../../version.ts'

export function registerVersion(program: Command): void {
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`yagura ${version()}\n`)
    })
}
