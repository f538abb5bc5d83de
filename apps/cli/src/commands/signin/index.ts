// `yagura signin`
import type { Command } from 'commander'

export function registerSignin(program: Command): void {
  program
    .command('signin')
    .description('print a new one-time link to sign in with')
    .option('--user <name>', 'whom it signs in', 'admin')
    .action(async ({ user }: { user: string }) => {
      const { signin } = await import('./signin.ts')
      await signin(user)
    })
}
