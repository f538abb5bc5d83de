// Signal: evidence of one act. Kept, never queued; chains are made of these.
import { z } from 'zod'
import { longText, shortText, timestamp, ulid } from './common.ts'

export const signalGrade = z.enum(['weak', 'medium', 'strong'])

export const signal = z.object({
  id: ulid,
  at: timestamp,
  rule: shortText,
  grade: signalGrade,
  technique: shortText.nullable(),
  tactic: shortText.nullable(),
  attackVersion: shortText,
  assetKey: z.string().max(1024),
  eventIds: z.array(z.string().max(64)).max(256),
  sentence: longText,
})

export type Signal = z.infer<typeof signal>
