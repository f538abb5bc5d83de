// Mistake: something in the configuration, history or files of an image that should be otherwise.
import { z } from 'zod'
import { digest, longText, severity, shortText } from './common.ts'

export const mistakeFinding = z.object({
  check: shortText.meta({ description: 'name of the check' }),
  severity,
  title: shortText,
  message: longText.meta({ description: 'what was found, in one sentence' }),
  path: z.string().max(4096).nullable(),
  layer: digest.nullable().meta({ description: 'diffId' }),
  remedy: longText.meta({ description: 'what to do, in one sentence' }),
})

export type MistakeFinding = z.infer<typeof mistakeFinding>
