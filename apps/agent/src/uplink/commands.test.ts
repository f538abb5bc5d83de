import { createLogger, newId } from '@yagura/kernel'
import type { AgentCommand, CommandsRequest } from '@yagura/schema'
import { expect, test } from 'vitest'
import { startCommands } from './commands.ts'

const logger = createLogger('test', { level: 'silent' } as never)

function undo(): AgentCommand {
  return { command: 'undo', id: newId(), actionId: newId(), decidedBy: 'user:ann' }
}

test('a command that is given twice is carried out once, and told as taken, also when it failed', async () => {
  const command = undo()
  const asked: CommandsRequest[] = []
  const carriedOut: string[] = []
  const told = Promise.withResolvers<void>()
  const loop = startCommands({
    post: async (_, body) => {
      asked.push(body)
      if (asked.length === 3) told.resolve()
      return { commands: asked.length <= 2 ? [command] : [] }
    },
    async carryOut({ id }) {
      carriedOut.push(id)
      throw new Error('not now')
    },
    logger,
    intervalMs: 1,
  })
  await told.promise
  loop.stop()
  expect(carriedOut).toEqual([command.id])
  expect(asked[1]).toEqual({ taken: [command.id] })
})

test('the goodbye says what was taken, and a server that is away does not hold it up', async () => {
  const asked: CommandsRequest[] = []
  let isAway = false
  const loop = startCommands({
    post: async (_, body) => {
      asked.push(body)
      if (isAway) throw new Error('away')
      return { commands: [] }
    },
    carryOut: async () => {},
    logger,
    intervalMs: 60_000,
  })
  loop.stop()
  await loop.goodbye()
  expect(asked.at(-1)).toEqual({ taken: [], goodbye: true })
  isAway = true
  await expect(loop.goodbye()).resolves.toBeUndefined()
})
