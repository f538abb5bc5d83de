// What `.yagura.yaml` may say.
import { z } from 'zod'

const text = z.string().min(1).max(4096)

export const exception = z.strictObject({
  id: text,
  package: text.optional(),
  purl: text.startsWith('pkg:', 'must begin with pkg:').optional(),
  path: text.startsWith('/', 'must begin with /').optional(),
  reason: text,
  expires: z.iso.date('must be a day, such as 2027-01-31').optional(),
})

export const yaguraFile = z.strictObject({ exceptions: z.array(z.unknown()).max(10_000).default([]) })

export type Exception = z.infer<typeof exception>
