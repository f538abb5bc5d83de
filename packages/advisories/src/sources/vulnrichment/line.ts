// One CVE, as a line of vulnrichment.jsonl says it.
import { z } from 'zod'
import { isCve } from '../../advisory.ts'

const short = z.string().max(512)

export const line = z.object({
  id: z.string().refine(isCve, 'not a CVE'),
  published: short.nullish(),
  cvss: z.array(short).max(32).nullish(),
  ssvc: z.record(z.string(), z.unknown()).nullish(),
  cwe: z.array(short).max(64).nullish(),
  kev: short.nullish(),
})

export type Line = z.infer<typeof line>
