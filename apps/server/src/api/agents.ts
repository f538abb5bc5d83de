// Agents: seeing them, letting one in, shutting one out.
import { YaguraError } from '@yagura/kernel'
import { findAgent, listAgents, revokeAgent } from '@yagura/store'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { audit } from '../sign-in/audit.ts'
import type { Handlers } from './handler.ts'
import { read, readOne } from './inventory.ts'

export const agentHandlers: Pick<Handlers, 'listAgents' | 'getAgent' | 'revokeAgent' | 'createEnrolmentToken'> = {
  listAgents: (call) => read(call, (tx) => listAgents(tx, call.query)),
  getAgent: (call) => readOne(call, 'agent', (tx) => findAgent(tx, call.params.id)),
  revokeAgent: async ({ context, caller, params, request }) => {
    await context.database.store.inTenant(caller.tenantId, async (tx) => {
      const hostname = await revokeAgent(tx, params.id)
      if (hostname === undefined) throw new YaguraError('NOT_FOUND', 'There is no agent with this id.')
      await audit(context, tx, {
        actor: caller.actor,
        action: 'revokeAgent',
        target: hostname,
        outcome: 'allowed',
        address: request.ip,
        detail: params.id,
      })
    })
    return null
  },
  createEnrolmentToken: ({ context, caller, request }) =>
    createEnrolmentToken(context, caller.tenantId, caller.actor, request.ip),
}
