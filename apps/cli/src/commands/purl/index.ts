// `yagura purl …`
import type { Command } from 'commander'

export function registerPurl(program: Command): void {
  const purl = program.command('purl').description('package URLs')
  purl
    .command('parse')
    .description(
      'read package URLs, one a line, and print the parts and the canonical form of each as JSON, or an error',
    )
    .action(async () => (await import('./parse.ts')).parse())
}
