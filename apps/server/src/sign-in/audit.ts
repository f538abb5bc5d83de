// One line of the audit log, with the time and an id.
import { newId } from '@yagura/kernel'
import type { AuditEntry } from '@yagura/schema'
import { type Tx, writeAudit } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'

export type Audited = Pick<AuditEntry, 'actor' | 'action' | 'target' | 'outcome'> &
  Partial<Pick<AuditEntry, 'address' | 'detail'>>

export async function audit(context: Context, tx: Tx, entry: Audited): Promise<void> {
  const now = nowOf(context)
  await writeAudit(tx, {
    id: newId(now.getTime()),
    at: now,
    address: null,
    detail: null,
    ...entry,
    target: entry.target.slice(0, 512),
  })
}
