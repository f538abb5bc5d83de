// CSAF's status lists → statements: products of one vulnerability with the same status, justification and note stand together.
import { isCve } from '../../advisory.ts'
import type { VexProduct, VexStatement, VexStatus } from '../../enrichment.ts'
import { instant } from '../shared/instant.ts'
import { productsOf } from './products.ts'
import type { CsafDocument, CsafVulnerability } from './schema.ts'

/** csaf-v2.0-os, 3.2.3.9; `recommended` is no status. */
const STATUSES: Readonly<Record<string, VexStatus>> = {
  known_not_affected: 'not_affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  under_investigation: 'under_investigation',
}
const MAX_NOTE_LENGTH = 500

export function statementsOf(csaf: CsafDocument): VexStatement[] {
  const products = productsOf(csaf.product_tree)
  const groups = new Map((csaf.product_tree?.product_groups ?? []).map((group) => [group.group_id, group.product_ids]))
  const { tracking, publisher } = csaf.document
  const statedAt = instant(tracking.current_release_date)
  const source = { feed: 'csaf', document: tracking.id, author: publisher?.name ?? null } as const
  return csaf.vulnerabilities.flatMap((vulnerability) => {
    const names = [...(vulnerability.cve ? [vulnerability.cve] : []), ...vulnerability.ids.map(({ text }) => text)]
    const [name] = names.toSorted((a, b) => Number(isCve(b)) - Number(isCve(a)))
    if (!name) return []
    const aliases = names.filter((other) => other !== name)
    return gather(vulnerability, products, groups).map((part) => ({
      vulnerability: name,
      aliases,
      ...part,
      statedAt,
      source,
    }))
  })
}

type Part = Pick<VexStatement, 'status' | 'justification' | 'note' | 'products'>

function gather(
  vulnerability: CsafVulnerability,
  products: ReadonlyMap<string, VexProduct>,
  groups: ReadonlyMap<string, readonly string[]>,
): Part[] {
  const expand = ({ product_ids, group_ids }: { product_ids: string[]; group_ids: string[] }) => [
    ...product_ids,
    ...group_ids.flatMap((id) => groups.get(id) ?? []),
  ]
  const justifications = new Map(vulnerability.flags.flatMap((flag) => expand(flag).map((id) => [id, flag.label])))
  const impacts = new Map(
    vulnerability.threats
      .filter(({ category }) => category === 'impact')
      .flatMap((threat) => expand(threat).map((id) => [id, threat.details])),
  )
  const remedies = new Map(
    vulnerability.remediations.flatMap((remedy) =>
      expand(remedy).map((id) => [id, `${remedy.category}: ${remedy.details}`]),
    ),
  )
  const parts = new Map<string, Omit<Part, 'products'> & { products: VexProduct[] }>()
  for (const [list, ids] of Object.entries(vulnerability.product_status ?? {})) {
    const status = Object.hasOwn(STATUSES, list) ? STATUSES[list] : undefined
    if (!status) continue
    for (const id of ids) {
      const justification = status === 'not_affected' ? (justifications.get(id) ?? null) : null
      const said = status === 'not_affected' ? impacts.get(id) : status === 'affected' ? remedies.get(id) : undefined
      const note = said?.slice(0, MAX_NOTE_LENGTH) ?? null
      const key = JSON.stringify([status, justification, note])
      const part = parts.get(key) ?? { status, justification, note, products: [] }
      part.products.push(products.get(id) ?? { purl: null, cpe: null, name: id, platform: null, subcomponents: [] })
      parts.set(key, part)
    }
  }
  return [...parts.values()]
}
