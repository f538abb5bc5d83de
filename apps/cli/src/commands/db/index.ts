// `yagura db …`
import type { Command } from 'commander'

export function registerDb(program: Command): void {
  const db = program.command('db').description('the advisory database')
  db.command('build')
    .description('build a database out of a folder of OSV archives (<ecosystem>/all.zip)')
    .requiredOption('--from <dir>', 'folder with the archives')
    .requiredOption('--out <file>', 'database to write')
    .action(async ({ from, out }) => {
      const { build } = await import('./build.ts')
      await build(from, out)
    })
  db.command('update')
    .description('download the advisories that are published, and build the database')
    .option('--ecosystem <name...>', 'which ecosystems, as OSV names them (default: those that scans can use)')
    .option('--mirror <url>', 'address of a copy of the OSV bucket')
    .option('--attempts <count>', 'how often to try each download', '5')
    .option('--out <file>', 'database to write (default: $YAGURA_ADVISORY_DB, or that of this installation)')
    .action(async (options) => (await import('./update.ts')).update(options))
  db.command('info')
    .description('say what a database holds')
    .argument('[file]', 'database (default: $YAGURA_ADVISORY_DB, or that of this installation)')
    .option('--json', 'print as JSON')
    .action(async (file: string | undefined, { json }) => (await import('./info.ts')).info(file, json === true))
  db.command('verify')
    .description('check every byte of a database against its checksum')
    .argument('[file]', 'database (default: $YAGURA_ADVISORY_DB, or that of this installation)')
    .action(async (file: string | undefined) => (await import('./info.ts')).verify(file))
}
