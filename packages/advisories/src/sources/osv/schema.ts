// The parts of an OSV record that are used (ossf.github.io/osv-schema, 1.7). What is not named here is not read.
import { z } from 'zod'

const text = z.string().max(4096)
/** Without NUL, which parts the keys of tables. */
const name = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\0]+$/)
const id = name
/** Some exporters write null for an empty list. */
function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
}

const severity = list(z.object({ type: text, score: text }))
const free = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {})

const event = z.object({
  introduced: text.optional(),
  fixed: text.optional(),
  last_affected: text.optional(),
  limit: text.optional(),
})

const affected = z.object({
  package: z.object({ ecosystem: name, name: z.string().min(1).max(512) }).nullish(),
  severity,
  ranges: list(z.object({ type: z.string(), events: z.array(event).max(100_000) })),
  versions: list(text),
  ecosystem_specific: free,
  database_specific: free,
})

export const osvRecord = z.object({
  id,
  published: text.nullish(),
  modified: text,
  withdrawn: text.nullish(),
  aliases: list(id),
  upstream: list(id),
  related: list(id),
  summary: z.string().nullish(),
  details: z.string().nullish(),
  severity,
  affected: list(affected),
  references: list(z.object({ type: z.string(), url: z.string() })),
  database_specific: free,
})

export type OsvRecord = z.infer<typeof osvRecord>
export type OsvAffected = OsvRecord['affected'][number]
