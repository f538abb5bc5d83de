// The parts of a CSAF document that are used.
import { z } from 'zod'

const text = z.string().max(65_536)
const ids = z
  .array(text)
  .max(1_000_000)
  .nullish()
  .transform((items) => items ?? [])
function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
}

const fullName = z.object({
  product_id: text.min(1),
  name: text.nullish(),
  product_identification_helper: z
    .object({ purl: text.nullish(), purls: z.array(text).nullish(), cpe: text.nullish() })
    .nullish(),
})
export type CsafProduct = z.infer<typeof fullName>

export interface CsafBranch {
  readonly product?: CsafProduct | null | undefined
  readonly branches?: readonly CsafBranch[] | null | undefined
}
const branch: z.ZodType<CsafBranch> = z.lazy(() =>
  z.object({ product: fullName.nullish(), branches: z.array(branch).nullish() }),
)

const relationship = z.object({
  full_product_name: fullName,
  product_reference: text,
  relates_to_product_reference: text,
})

const productTree = z.object({
  branches: z.array(branch).nullish(),
  full_product_names: list(fullName),
  relationships: list(relationship),
  product_groups: list(z.object({ group_id: text, product_ids: ids })),
})
export type CsafProductTree = z.infer<typeof productTree>

/** What is said of some products: named one by one, or by group. */
const scoped = { product_ids: ids, group_ids: ids }

const vulnerability = z.object({
  cve: text.nullish(),
  ids: list(z.object({ text })),
  product_status: z.record(z.string(), ids).nullish(),
  flags: list(z.object({ label: text, ...scoped })),
  threats: list(z.object({ category: text, details: text, ...scoped })),
  remediations: list(z.object({ category: text, details: text, ...scoped })),
})
export type CsafVulnerability = z.infer<typeof vulnerability>

export const csafDocument = z.object({
  document: z.object({
    publisher: z.object({ name: text.nullish() }).nullish(),
    tracking: z.object({
      id: text.min(1),
      status: text.nullish(),
      current_release_date: text,
    }),
  }),
  product_tree: productTree.nullish(),
  vulnerabilities: list(vulnerability),
})
export type CsafDocument = z.infer<typeof csafDocument>
