// `yagura detect …`
import { type Command, Option } from 'commander'

export function registerDetect(program: Command): void {
  program
    .command('detect')
    .description('runtime detection over recordings')
    .command('replay')
    .description('tell a recording of yagura agent record to the detector again')
    .argument('<file>', 'recording')
    .option('--rules <dir>', 'directory with more rules, beside those of the product')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .action(async (file: string, options) => (await import('./replay.ts')).replay(file, options))
}
