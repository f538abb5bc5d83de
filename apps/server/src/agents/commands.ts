// POST /agent/v1/commands: what the agent took, and what waits for it.
import { YaguraError } from '@yagura/kernel'
import type { AgentCommands, CommandsRequest } from '@yagura/schema'
import { certificateIsAccepted, commandsFor } from '@yagura/store'
import type { PeerIdentity } from '../authority/agent-identity.ts'
import { type Context, nowOf } from '../context.ts'

export function giveCommands(context: Context, peer: PeerIdentity, { taken }: CommandsRequest): Promise<AgentCommands> {
  return context.database.store.inTenant(
    peer.tenantId,
    async (tx) => {
      const isAccepted = await certificateIsAccepted(tx, peer)
      if (!isAccepted) throw new YaguraError('FORBIDDEN', 'The certificate of this agent is not accepted any more.')
      return { commands: await commandsFor(tx, peer.agentId, taken, nowOf(context)) }
    },
    { idempotent: true },
  )
}
