// Runs one command and turns what it throws into a sentence and an exit code: 0 clean, 1 findings, 2 usage or failure.

import { escapeForTerminal } from '@yagura/kernel'
import { Command, CommanderError } from 'commander'
import { registerCommands } from './commands/index.ts'
import { explain } from './terminal/explain.ts'
import { version } from './version.ts'

export async function run(args: readonly string[]): Promise<void> {
  survivePipes()
  try {
    const program = createProgram()
    await registerCommands(program, args[0])
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usageExit(error) : fail(error)
  }
}

function createProgram(): Command {
  return new Command('yagura')
    .description('Watchtower for container clouds')
    .usage('<command> [options]')
    .version(version(), '-V, --version')
    .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })
    .exitOverride()
}

/** What commander says of wrong usage, as one sentence in our voice. */
function usageSentence(text: string): string {
  const said = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '')
  return `yagura: ${escapeForTerminal(said)}. See yagura --help.\n`
}

/** Help that was asked for is a success; everything else that commander stops for is wrong usage, and it has said so. */
function usageExit(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2
}

function fail(error: unknown): number {
  const { text, exitCode } = explain(error, process.env.YAGURA_LOG_LEVEL === 'debug')
  process.stderr.write(text)
  return exitCode
}

/** A reader that goes away, as in `yagura scan … | head`, is no failure. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) =>
      process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 2),
    )
  process.on('uncaughtException', (error) => process.exit(fail(error)))
}
