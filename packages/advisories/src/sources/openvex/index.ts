// OpenVEX (github.com/openvex/spec, 0.2.0; 0.0.1 names vulnerabilities and products by bare text).
import type { VexProduct, VexStatement } from '../../enrichment.ts'
import { putStatement } from '../../vex/store.ts'
import type { Feed } from '../feed.ts'
import { readDocuments } from '../shared/documents.ts'
import { instant } from '../shared/instant.ts'
import { checkAs } from '../shared/parse.ts'
import { type OpenVexDocument, type OpenVexStatement, openVexDocument } from './schema.ts'

export const feed: Feed = {
  name: 'openvex',
  tables: ['vex', 'vex-products'],
  layout: 'openvex/**/*.json, or vex/**/*.json',
  read: (context) =>
    readDocuments(context, ['openvex', 'vex'], 'OpenVEX', (document, file) => {
      if (!isOpenVex(document)) return { kind: 'other' }
      const checked = checkAs(openVexDocument, document, file, 'an OpenVEX document')
      if (!checked.ok) return { kind: 'rejected', reason: checked.error.message }
      const statements = statementsOf(checked.value)
      for (const statement of statements) putStatement(context, statement)
      const statedAt = statements
        .map((statement) => statement.statedAt ?? '')
        .sort()
        .at(-1)
      return { kind: 'read', statements: statements.length, statedAt: statedAt || null }
    }),
}

export function isOpenVex(document: unknown): boolean {
  const context = document && typeof document === 'object' && '@context' in document ? document['@context'] : undefined
  return typeof context === 'string' && context.startsWith('https://openvex.dev/ns')
}

export function statementsOf(document: OpenVexDocument): VexStatement[] {
  return document.statements.map((statement) => statementOf(document, statement))
}

function statementOf(document: OpenVexDocument, statement: OpenVexStatement): VexStatement {
  const { vulnerability } = statement
  const name =
    typeof vulnerability === 'string'
      ? vulnerability
      : (vulnerability.name ?? vulnerability['@id']?.split('/').at(-1) ?? '')
  return {
    vulnerability: name,
    aliases: typeof vulnerability === 'string' ? [] : (vulnerability.aliases ?? []),
    status: statement.status,
    justification: statement.justification ?? null,
    note: statement.impact_statement ?? statement.action_statement ?? statement.status_notes ?? null,
    products: statement.products.map(productOf),
    // What a statement does not say it takes from its document.
    statedAt: instant(statement.last_updated ?? statement.timestamp ?? document.last_updated ?? document.timestamp),
    source: { feed: 'openvex', document: document['@id'], author: document.author ?? null },
  }
}

function productOf(product: OpenVexStatement['products'][number]): VexProduct {
  const { id, purl, cpe } = namesOf(product)
  const parts = typeof product === 'string' ? [] : (product.subcomponents ?? [])
  return {
    purl,
    cpe,
    name: purl === id ? null : id,
    platform: null,
    subcomponents: parts.flatMap((part) => namesOf(part).purl ?? []),
  }
}

type Named = string | { '@id'?: string | undefined; identifiers?: Readonly<Record<string, unknown>> | null | undefined }

function namesOf(item: Named): {
  readonly id: string | null
  readonly purl: string | null
  readonly cpe: string | null
} {
  const id = typeof item === 'string' ? item : (item['@id'] ?? null)
  const identifiers = typeof item === 'string' ? {} : (item.identifiers ?? {})
  const named = (name: string) => (typeof identifiers[name] === 'string' ? identifiers[name] : null)
  const purl = named('purl') ?? (id?.startsWith('pkg:') ? id : null)
  return { id, purl, cpe: named('cpe23') ?? named('cpe22') }
}
