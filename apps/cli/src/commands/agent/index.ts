// `yagura agent …`
import type { Command } from 'commander'

export function registerAgent(program: Command): void {
  const agent = program.command('agent').description('agents of this installation')
  agent
    .command('token')
    .description('print a one-time token with which an agent enrols')
    .action(async () => {
      const { token } = await import('./token.ts')
      await token()
    })
  agent
    .command('audit-webhook')
    .description('print the kubeconfig with which a Kubernetes API server sends its audit log to this server')
    .option('--name <name>', 'how the token is listed in the settings', 'kubernetes')
    .action(async ({ name }: { name: string }) => {
      const { auditWebhook } = await import('./audit-webhook.ts')
      await auditWebhook(name)
    })
  agent
    .command('watch')
    .description('watch this node without a server: signals, findings and incidents as JSON lines')
    .option('--scope-cgroup <path>', 'speak only of containers whose control group is below this path')
    .option('--rules <dir>', 'directory with more rules (default: $YAGURA_RULES_DIR)')
    .option('--state <dir>', 'where to keep what was learnt (default: in the data directory)')
    .option('--policy <file>', 'responses that are switched on')
    .option('--root <path>', 'root of the node whose runtimes are asked, as /proc/PID/root')
    .action(async (options) => {
      const { runAgentProgram } = await import('./program.ts')
      await runAgentProgram('watch-main.ts', argumentsOf(options))
    })
  agent
    .command('record')
    .description('record the events of this node into a file, for yagura detect replay')
    .argument('<file>', 'file to write; it must not be there')
    .option('--seconds <count>', 'stop after that time')
    .option('--max-bytes <count>', 'stop when the file is that large', '1073741824')
    .option('--root <path>', 'root of the node whose runtimes are asked, as /proc/PID/root')
    .action(async (file: string, options) => {
      const { runAgentProgram } = await import('./program.ts')
      await runAgentProgram('record-main.ts', [...argumentsOf(options), '--', file])
    })
  agent
    .command('detach')
    .description('end what an agent that was stopped left running for its next start; before Yagura is removed')
    .action(async () => {
      const { runAgentProgram } = await import('./program.ts')
      await runAgentProgram('detach-main.ts', [])
    })
}

function argumentsOf(options: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value],
  )
}
