// What the server asks this agent to do. Asked for every second; a command is taken when it was carried out or refused, so that one
// that was cut off by a crash comes again; actions know by their id that they were done.
import type { Logger } from '@yagura/kernel'
import { type AgentCommand, agentCommands, type CommandsRequest } from '@yagura/schema'

export interface CommandLoop {
  stop(): void
  /** Tells the server, once everything else is told, that the silence from here on is meant; not for long. */
  goodbye(): Promise<void>
}

export interface CommandOptions {
  /** Posts JSON to the server over mutual TLS; throws while it is away. */
  readonly post: (path: string, body: CommandsRequest) => Promise<unknown>
  readonly carryOut: (command: AgentCommand) => Promise<void>
  readonly logger: Logger
  readonly intervalMs?: number
}

const INTERVAL_MS = 1000
const REMEMBERED = 10_000
const TAKEN_MAX = 1000
const GOODBYE_MS = 1000

export function startCommands({ post, carryOut, logger, intervalMs = INTERVAL_MS }: CommandOptions): CommandLoop {
  const done = new Set<string>()
  let taken: string[] = []
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  async function ask(): Promise<void> {
    const told = taken
    const { commands } = agentCommands.parse(await post('/agent/v1/commands', { taken: told }))
    taken = taken.slice(told.length)
    for (const command of commands) {
      if (!done.has(command.id)) {
        await carryOut(command).catch((error: unknown) => logger.error({ err: error }, 'A command failed.'))
        if (done.size >= REMEMBERED) done.clear()
        done.add(command.id)
      }
      taken.push(command.id)
    }
  }
  async function loop(): Promise<void> {
    // a server that is away is the uplink's to tell
    await ask().catch((error: unknown) => logger.debug({ err: error }, 'No commands could be had.'))
    if (!isStopped) timer = setTimeout(() => void loop(), intervalMs)
  }
  void loop()
  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
    async goodbye() {
      const said = post('/agent/v1/commands', { taken: taken.slice(0, TAKEN_MAX), goodbye: true }).catch(
        (error: unknown) => logger.debug({ err: error }, 'The server could not be told that the agent ends.'),
      )
      const timeout = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())
      await Promise.race([said, timeout])
    },
  }
}
