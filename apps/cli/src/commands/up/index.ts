// `yagura up`: the server and this machine's agent, kept running until Ctrl-C.
import type { Command } from 'commander'

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('run the server and the agent of this machine, and keep them running')
    .action(async () => {
      const { up } = await import('./up.ts')
      await up()
    })
}
