// Tenants: who shares this server without seeing each other.

import type { Store, Tx } from '../store.ts'
import { createUser } from './users.ts'

/** The first tenant and its first person, made once; the tenant's id. */
export async function ensureFirstTenant(
  store: Store,
  made: { tenantId: string; userId: string; now: Date },
): Promise<string> {
  return store.withLock('first-tenant', async () => {
    const existing = await store.tenants()
    if (existing[0]) return existing[0].id
    await createTenant(store, { id: made.tenantId, name: 'default', now: made.now })
    await store.inTenant(made.tenantId, (tx: Tx) =>
      createUser(tx, { id: made.userId, name: 'admin', role: 'admin', createdAt: made.now }),
    )
    return made.tenantId
  })
}

export async function createTenant(store: Store, tenant: { id: string; name: string; now: Date }): Promise<void> {
  await store.inTenant(tenant.id, (tx) =>
    tx.insertInto('tenants').values({ id: tenant.id, name: tenant.name, created_at: tenant.now }).execute(),
  )
}

export async function tenantExists(tx: Tx): Promise<boolean> {
  return (await tx.selectFrom('tenants').select('id').execute()).length > 0
}
