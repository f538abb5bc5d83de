// The parts of an OpenVEX document that are used.
import { z } from 'zod'

const text = z.string().max(8192)
const component = z.union([
  text,
  z.object({ '@id': text.optional(), identifiers: z.record(z.string(), z.unknown()).nullish() }),
])
const product = z.union([
  text,
  z.object({
    '@id': text.optional(),
    identifiers: z.record(z.string(), z.unknown()).nullish(),
    subcomponents: z.array(component).max(10_000).nullish(),
  }),
])

const statement = z.object({
  vulnerability: z.union([
    text.min(1),
    z
      .object({ '@id': text.optional(), name: text.optional(), aliases: z.array(text).max(100).nullish() })
      .refine((item) => item.name || item['@id'], 'has no name'),
  ]),
  products: z
    .array(product)
    .max(100_000)
    .nullish()
    .transform((items) => items ?? []),
  status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
  justification: text.nullish(),
  impact_statement: text.nullish(),
  action_statement: text.nullish(),
  status_notes: text.nullish(),
  timestamp: text.nullish(),
  last_updated: text.nullish(),
})

export const openVexDocument = z.object({
  '@id': text,
  author: text.nullish(),
  timestamp: text.nullish(),
  last_updated: text.nullish(),
  statements: z.array(statement).max(1_000_000),
})

export type OpenVexDocument = z.infer<typeof openVexDocument>
export type OpenVexStatement = z.infer<typeof statement>
