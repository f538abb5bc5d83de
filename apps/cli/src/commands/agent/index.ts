// `yagura agent …`
import type { Command } from 'commander'

export function registerAgent(program: Command): void {
  program
    .command('agent')
    .description('agents of this installation')
    .command('token')
    .description('print a one-time token with which an agent enrols')
    .action(async () => {
      const { token } = await import('./token.ts')
      await token()
    })
}
