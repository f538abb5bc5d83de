// Sessions of people who signed in. Only hashes are kept: a copy of the database opens nothing.
import type { Role } from '@yagura/schema'
import type { Tx } from '../store.ts'

export interface StoredSession {
  readonly userId: string
  readonly userName: string
  readonly role: Role
  readonly tenantName: string
  readonly tenantId: string
  readonly hash: Buffer
  readonly expiresAt: Date
}

export async function saveSession(
  tx: Tx,
  session: { hash: Buffer; userId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      hash: session.hash,
      user_id: session.userId,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
    })
    .execute()
}

export async function findSession(tx: Tx, hash: Buffer, now: Date): Promise<StoredSession | undefined> {
  const row = await tx
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .innerJoin('tenants as t', (join) => join.onTrue())
    .select(['s.hash', 's.expires_at', 'u.id as user_id', 'u.name', 'u.role', 't.id as tenant_id', 't.name as tenant'])
    .where('s.hash', '=', hash)
    .where('s.expires_at', '>', now)
    .executeTakeFirst()
  return (
    row && {
      userId: row.user_id,
      userName: row.name,
      role: row.role as Role,
      tenantId: row.tenant_id,
      tenantName: row.tenant,
      hash: row.hash,
      expiresAt: row.expires_at,
    }
  )
}

export async function endSession(tx: Tx, hash: Buffer): Promise<void> {
  await tx.deleteFrom('sessions').where('hash', '=', hash).execute()
}

export async function forgetExpiredAccess(tx: Tx, now: Date): Promise<void> {
  await tx.deleteFrom('sessions').where('expires_at', '<', now).execute()
  await tx.deleteFrom('sign_in_tokens').where('expires_at', '<', now).execute()
  await tx.deleteFrom('enrolment_tokens').where('expires_at', '<', now).where('used_at', 'is', null).execute()
}
