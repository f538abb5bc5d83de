// The audit log: who did what, and what was refused. Rows are only ever added.
import type { AuditEntry } from '@yagura/schema'
import { sql } from 'kysely'
import { readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

export async function writeAudit(tx: Tx, entry: Omit<AuditEntry, 'at'> & { at: Date }): Promise<void> {
  await tx.insertInto('audit_log').values(entry).execute()
}

const COLUMNS = {
  actor: sql`l.actor`,
  action: sql`l.action`,
  target: sql`l.target`,
  outcome: sql`l.outcome`,
  at: sql`l.at`,
}

export async function listAuditLog(tx: Tx, request: ListRequest): Promise<Page<AuditEntry>> {
  const filter = readFilter('auditLog', COLUMNS, request.filter)
  const page = await listPage<Omit<AuditEntry, 'at'> & { at: Date }>(
    tx,
    {
      columns: sql`l.*`,
      from: sql`audit_log l`,
      id: [sql`l.id`],
      sorts: { at: { expression: sql`l.at`, type: 'timestamptz' } },
      defaultSort: '-at',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      at: isoTime(row.at),
      actor: row.actor,
      action: row.action,
      target: row.target,
      outcome: row.outcome,
      address: row.address,
      detail: row.detail,
    })),
  }
}
