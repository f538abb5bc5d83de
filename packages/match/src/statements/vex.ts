// VEX statements, as the advisory database or a document gives them, in the words of matching.
import type { VexStatement } from '@yagura/advisories'
import type { Statement } from './statement.ts'

const VERDICTS = {
  not_affected: 'not-affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under-investigation',
} as const

/** undefined where the products are not named in a way that packages can be found by: CPEs and names alone. */
export function vexStatement(said: VexStatement): Statement | undefined {
  const products = said.products.flatMap(({ purl, name, platform, subcomponents }) => {
    const id = purl ?? (subcomponents.length > 0 || platform === null ? name : null)
    return id === null ? [] : [{ id, parts: subcomponents }]
  })
  if (said.products.length > 0 && products.length === 0) return undefined
  const { author, document } = said.source
  return {
    kind: 'vex',
    vulnerabilities: [said.vulnerability, ...said.aliases],
    verdict: VERDICTS[said.status],
    products,
    reason:
      [said.justification?.replaceAll('_', ' '), said.note].filter(Boolean).join(': ') ||
      said.status.replaceAll('_', ' '),
    source: author ? `${document} (${author})` : document,
    line: null,
    expires: null,
    statedAt: said.statedAt,
  }
}
