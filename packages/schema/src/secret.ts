// Secret: a credential in some layer of an image, also where a later layer deletes the file. Never whole, only masked.
import { z } from 'zod'
import { digest, longText, severity, shortText } from './common.ts'

export const secretFinding = z.object({
  kind: shortText.meta({ description: 'which pattern: aws-access-key, private-key, …' }),
  path: z.string().max(4096).meta({ description: 'absolute path inside the image' }),
  line: z.int().positive().nullable().meta({ description: 'from 1; null where the file has no lines' }),
  layer: digest.nullable().meta({ description: 'diffId of the layer that holds it' }),
  createdBy: longText.nullable().meta({ description: 'command that made that layer' }),
  deletedIn: digest.nullable().meta({ description: 'diffId of a later layer that deletes or replaces the file' }),
  match: shortText.meta({ description: 'the secret, masked' }),
  severity,
})

export type SecretFinding = z.infer<typeof secretFinding>
