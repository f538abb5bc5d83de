// POST /agent/v1/commands: what the agent took, what waits for it, and whether it leaves.
import { YaguraError } from '@yagura/kernel'
import type { AgentCommands, CommandsRequest } from '@yagura/schema'
import { certificateIsAccepted, commandsFor, noteGoodbye } from '@yagura/store'
import type { PeerIdentity } from '../authority/agent-identity.ts'
import { type Context, nowOf } from '../context.ts'

export function giveCommands(
  context: Context,
  peer: PeerIdentity,
  { taken, goodbye = false }: CommandsRequest,
): Promise<AgentCommands> {
  return context.database.store.inTenant(
    peer.tenantId,
    async (tx) => {
      const isAccepted = await certificateIsAccepted(tx, peer)
      if (!isAccepted) throw new YaguraError('FORBIDDEN', 'The certificate of this agent is not accepted any more.')
      const commands = await commandsFor(tx, peer.agentId, taken, nowOf(context))
      if (!goodbye) return { commands }
      // who leaves takes nothing along: it waits for the next start
      await noteGoodbye(tx, peer.agentId, nowOf(context))
      return { commands: [] }
    },
    { idempotent: true },
  )
}
