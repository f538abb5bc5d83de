// The product tree of a CSAF document, flattened: id of a product → what it is, by purl, CPE or name (csaf-v2.0-os, 3.2.2).
import type { VexProduct } from '../../enrichment.ts'
import type { CsafBranch, CsafProduct, CsafProductTree } from './schema.ts'

/** A part inside of a part inside of a part is as deep as real trees go. */
const MAX_RELATIONS = 8

export function productsOf(tree: CsafProductTree | null | undefined): ReadonlyMap<string, VexProduct> {
  const products = new Map<string, VexProduct>()
  if (!tree) return products
  const add = (product: CsafProduct) => products.set(product.product_id, plain(product))
  for (const product of tree.full_product_names) add(product)
  const pending: CsafBranch[] = [...(tree.branches ?? [])]
  for (let branch = pending.pop(); branch; branch = pending.pop()) {
    if (branch.product) add(branch.product)
    pending.push(...(branch.branches ?? []))
  }
  // A relation may build on another one that is written behind it.
  let open = tree.relationships
  for (let pass = 0; pass < MAX_RELATIONS && open.length > 0; pass++) {
    const left = open.filter((relation) => !products.has(relation.product_reference))
    for (const relation of open) {
      const part = products.get(relation.product_reference)
      const whole = products.get(relation.relates_to_product_reference)
      if (!part) continue
      const own = plain(relation.full_product_name)
      products.set(relation.full_product_name.product_id, {
        purl: own.purl ?? part.purl,
        cpe: own.cpe ?? part.cpe,
        name: own.name ?? part.name,
        platform: whole?.cpe ?? whole?.purl ?? whole?.name ?? relation.relates_to_product_reference,
        subcomponents: [],
      })
    }
    if (left.length === open.length) break
    open = left
  }
  return products
}

function plain({ name, product_identification_helper: helper }: CsafProduct): VexProduct {
  const purl = helper?.purl ?? helper?.purls?.[0] ?? null
  return { purl, cpe: helper?.cpe ?? null, name: name ?? null, platform: null, subcomponents: [] }
}
