// CSAF 2.0 (OASIS, csaf-v2.0-os): what vendors say of the status of their products, profile VEX and the others that have it.
import { putStatement } from '../../vex/store.ts'
import type { Feed } from '../feed.ts'
import { readDocuments } from '../shared/documents.ts'
import { instant } from '../shared/instant.ts'
import { checkAs } from '../shared/parse.ts'
import { csafDocument } from './schema.ts'
import { statementsOf } from './statements.ts'

export const feed: Feed = {
  name: 'csaf',
  tables: ['vex', 'vex-products'],
  layout: 'csaf/**/*.json, or vex/**/*.json',
  read: (context) =>
    readDocuments(context, ['csaf', 'vex'], 'CSAF', (document, file) => {
      if (!isCsaf(document)) return { kind: 'other' }
      const checked = checkAs(csafDocument, document, file, 'a CSAF document')
      if (!checked.ok) return { kind: 'rejected', reason: checked.error.message }
      const { tracking } = checked.value.document
      if (tracking.status === 'draft') return { kind: 'rejected', reason: `${file} is a draft.` }
      const statements = statementsOf(checked.value)
      for (const statement of statements) putStatement(context, statement)
      return { kind: 'read', statements: statements.length, statedAt: instant(tracking.current_release_date) }
    }),
}

export function isCsaf(document: unknown): boolean {
  if (!document || typeof document !== 'object' || !('document' in document)) return false
  const head = document.document
  return Boolean(head && typeof head === 'object' && 'csaf_version' in head)
}
