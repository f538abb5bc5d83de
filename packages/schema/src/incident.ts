// Incident: something that needs a person now. Queued, pages, has an owner and a verdict.
import { z } from 'zod'
import { longText, severity, shortText, timestamp, ulid } from './common.ts'

export const incidentVerdict = z.enum(['true-attack', 'false-alarm', 'benign-expected'])

export const incident = z.object({
  id: ulid,
  title: longText,
  severity,
  state: z.enum(['open', 'acknowledged', 'closed']),
  verdict: incidentVerdict.nullable(),
  owner: shortText.nullable(),
  assetKeys: z.array(z.string().max(1024)).max(256),
  steps: z
    .array(
      z.object({
        at: timestamp,
        tactic: shortText,
        technique: shortText.nullable(),
        signalId: ulid,
        sentence: longText,
      }),
    )
    .max(1024),
  openedAt: timestamp,
  updatedAt: timestamp,
})

export type Incident = z.infer<typeof incident>
