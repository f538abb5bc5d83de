// How much is kept, for the system page.
import { sql } from 'kysely'
import type { Store, Tx } from '../store.ts'
import { listEventPartitions } from './partitions.ts'

export interface StoredEvents {
  readonly events: number
  readonly bytes: number
  readonly oldestAt: Date | null
}

const EXACT_BELOW = 200_000

/** Bytes are those of all tenants; events are counted where that is cheap, else the planner's estimate. */
export async function readStoredEvents(store: Store, tenantId: string): Promise<StoredEvents> {
  const partitions = await listEventPartitions(store)
  const estimated = partitions.reduce((sum, partition) => sum + partition.rows, 0)
  return store.inTenant(tenantId, async (tx: Tx) => {
    const oldest = await sql<{ at: Date | null }>`select min(at) as at from events`.execute(tx)
    const counted =
      estimated < EXACT_BELOW
        ? await sql<{ count: number }>`select count(*) as count from events`.execute(tx)
        : undefined
    return {
      events: counted?.rows[0]?.count ?? estimated,
      bytes: partitions.reduce((sum, partition) => sum + partition.sizeBytes, 0),
      oldestAt: oldest.rows[0]?.at ?? null,
    }
  })
}

export async function databaseSizeBytes(store: Store): Promise<number> {
  const { rows } = await store.withClient((client) =>
    client.query<{ size: number }>('select pg_database_size(current_database()) as size'),
  )
  return rows[0]?.size ?? 0
}

export async function forgetOldMinutes(tx: Tx, before: Date): Promise<void> {
  await sql`delete from event_minutes where minute < ${before}`.execute(tx)
}
