// One handler an operation. The type makes the list complete.
import type { Authenticator } from '../sign-in/authenticate.ts'
import { accessHandlers } from './access.ts'
import { agentHandlers } from './agents.ts'
import { complianceHandlers } from './compliance.ts'
import type { Handlers } from './handler.ts'
import { incidentHandlers } from './incidents.ts'
import { inventoryHandlers } from './inventory.ts'
import { liveHandlers } from './live.ts'
import { sessionHandlers } from './session.ts'
import { systemHandlers } from './system.ts'
import { webhookHandlers } from './webhooks.ts'

export function handlers(authenticator: Authenticator): Handlers {
  return {
    ...sessionHandlers(authenticator),
    ...systemHandlers,
    ...inventoryHandlers,
    ...incidentHandlers,
    ...liveHandlers(authenticator),
    ...complianceHandlers,
    ...agentHandlers,
    ...accessHandlers,
    ...webhookHandlers,
  }
}
