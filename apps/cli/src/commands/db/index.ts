// `yagura db …`
import { type Command, Option } from 'commander'

const DEFAULT_DATABASE = 'default: $YAGURA_ADVISORY_DB, or that of this installation'

export type Format = 'table' | 'json'

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table')
}

export function registerDb(program: Command): void {
  const db = program.command('db').description('the advisory database')
  registerBuild(db)
  registerUpdate(db)
  db.command('info')
    .description('say what a database holds, and how old that is')
    .argument('[file]', `database (${DEFAULT_DATABASE})`)
    .addOption(formatOption())
    .option('--json', 'the same as --format json')
    .action(async (file: string | undefined, { format, json }) =>
      (await import('./info.ts')).info(file, json ? 'json' : format),
    )
  db.command('verify')
    .description('check every byte of a database against its checksums')
    .argument('[file]', `database (${DEFAULT_DATABASE})`)
    .addOption(formatOption())
    .action(async (file: string | undefined, { format }) => (await import('./info.ts')).verify(file, format))
  db.command('diff')
    .description('say what differs between two databases, and make a delta that leads from one to the other')
    .argument('<old>', 'database')
    .argument('<new>', 'database')
    .option('--out <file>', 'delta to write')
    .option('--key <file>', 'private key that signs the delta; without a signature nobody applies it')
    .addOption(formatOption())
    .action(async (before: string, after: string, options) => (await import('./diff.ts')).diff(before, after, options))
  db.command('keygen')
    .description('make a key that signs deltas: FILE is private, FILE.pub is for those who trust it')
    .requiredOption('--out <file>', 'private key to write')
    .action(async ({ out }) => (await import('./keygen.ts')).keygen(out))
}

function registerBuild(db: Command): void {
  db.command('build')
    .description(
      'build a database out of a folder of feeds: OSV archives, exploited vulnerabilities, vendor statements …',
    )
    .requiredOption('--from <dir>', 'folder with the feeds')
    .requiredOption('--out <file>', 'database to write')
    .addOption(formatOption())
    .action(async ({ from, out, format }) => (await import('./build.ts')).build(from, out, format))
}

function registerUpdate(db: Command): void {
  db.command('update')
    .description('download what is published and build the database, or apply a file that was carried over')
    .option('--from <file>', 'signed delta, or a whole database: nothing is downloaded')
    .option('--trust <file>', 'public keys that may sign deltas (default: trusted-keys.pem beside the database)')
    .option('--ecosystem <name...>', 'which ecosystems, as OSV names them (default: those that scans can use)')
    .option('--mirror <url>', 'address of a copy of the OSV bucket; may hold the other feeds, too')
    .option('--attempts <count>', 'how often to try each download', '5')
    .option('--out <file>', `database to write (${DEFAULT_DATABASE})`)
    .addOption(formatOption())
    .action(async (options) => {
      if (options.from === undefined) return (await import('./update.ts')).update(options)
      return (await import('./apply.ts')).apply(options)
    })
}
