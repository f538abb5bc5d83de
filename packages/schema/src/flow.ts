// Flow: who talked to whom, summed over a window.
import { z } from 'zod'
import { shortText, timestamp } from './common.ts'

export const flowEnd = z.object({
  assetKey: z.string().max(1024).nullable(),
  address: shortText,
  port: z.int().min(0).max(65535),
})

export const flow = z.object({
  windowStart: timestamp,
  windowMs: z.int().positive(),
  protocol: z.enum(['tcp', 'udp', 'other']),
  client: flowEnd,
  server: flowEnd,
  connections: z.int().nonnegative(),
  bytesToServer: z.int().nonnegative().nullable(),
  bytesToClient: z.int().nonnegative().nullable(),
})

export type Flow = z.infer<typeof flow>
