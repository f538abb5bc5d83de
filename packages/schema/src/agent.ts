// Agent: as the server sees it.
import { z } from 'zod'
import { shortText, timestamp, ulid } from './common.ts'
import { agentHealth } from './wire.ts'

export const agent = z.object({
  id: ulid,
  hostname: shortText,
  machineId: shortText,
  state: z.enum(['healthy', 'silent', 'revoked']),
  enrolledAt: timestamp,
  lastSeenAt: timestamp.nullable(),
  certificateExpiresAt: timestamp,
  clockSkewMs: z.int().nullable(),
  health: agentHealth.nullable(),
})

export type Agent = z.infer<typeof agent>
