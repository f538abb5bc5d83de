// `yagura explain TARGET VULNERABILITY`
import type { Command } from 'commander'
import { addPlaceOptions } from '../scan/places.ts'

export function registerExplain(program: Command): void {
  addPlaceOptions(program.command('explain'))
    .description('say why a vulnerability is, or is not, reported for an image')
    .argument('<target>', 'as for `yagura scan`')
    .argument('<vulnerability>', 'CVE, or another name of it: GHSA-…, DSA-…')
    .option('--vex <file...>', 'OpenVEX or CSAF documents that say what is not affected')
    .option('--config <file>', 'exceptions, with reason and last day (default: .yagura.yaml of this folder)')
    .option('--db <file>', 'advisory database (default: $YAGURA_ADVISORY_DB, or that of this installation)')
    .option('--json', 'print as JSON')
    .action(async (target: string, vulnerability: string, options) => {
      const { explain } = await import('./explain.ts')
      await explain(target, vulnerability, options)
    })
}
