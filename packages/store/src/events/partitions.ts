// One partition a day. Ingestion makes those it needs, upkeep makes the next ones ahead, retention drops whole days.
import { YaguraError } from '@yagura/kernel'
import type { PoolClient } from 'pg'
import { tenantPolicy } from '../migrations/0002-tenants-apart.ts'
import { SCHEMA } from '../migrations/run.ts'
import type { Store } from '../store.ts'
import { DAY_MS } from './record-events.ts'

const LOCK = 7_440_002
const NAME = /^events_(\d{4})(\d\d)(\d\d)$/

function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS)
}

function partitionName(day: number): string {
  return `events_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`
}

export interface EventPartitions {
  /** Makes the partitions of these times where they are missing. */
  ensure(times: Iterable<Date>): Promise<void>
  /** Forgets what is known to exist: a partition may have been dropped by another server. */
  forget(): void
}

export function createEventPartitions(store: Store): EventPartitions {
  const known = new Set<number>()
  return {
    forget: () => known.clear(),
    async ensure(times) {
      const missing = new Set<number>()
      for (const time of times) if (!known.has(dayOf(time))) missing.add(dayOf(time))
      for (const day of missing) {
        await createPartition(store, day)
        known.add(day)
      }
    },
  }
}

async function createPartition(store: Store, day: number): Promise<void> {
  const name = partitionName(day)
  if (!NAME.test(name)) throw new YaguraError('INTERNAL', `There is no partition for day ${day}.`)
  await store.withClient(async (client) => {
    if (await exists(client, name)) return
    await client.query('begin')
    try {
      await client.query('select pg_advisory_xact_lock($1)', [LOCK])
      if (!(await exists(client, name))) {
        const from = new Date(day * DAY_MS).toISOString()
        const to = new Date((day + 1) * DAY_MS).toISOString()
        await client.query(`create table ${name} partition of events for values from ('${from}') to ('${to}')`)
        for (const statement of tenantPolicy(name)) await client.query(statement)
      }
      await client.query('commit')
    } catch (thrown) {
      await client.query('rollback').catch(() => undefined)
      throw thrown
    }
  })
}

/** Reads pg_class itself: to_regclass() may answer from a cache that is older than the lock. */
async function exists(client: PoolClient, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_class where relname = $1 and relnamespace = '${SCHEMA}'::regnamespace`,
    [name],
  )
  return rowCount !== 0
}

export interface EventPartition {
  readonly name: string
  readonly from: Date
  readonly sizeBytes: number
  /** The planner's estimate. */
  readonly rows: number
}

/** All days, oldest first. */
export async function listEventPartitions(store: Store): Promise<EventPartition[]> {
  const { rows } = await store.withClient((client) =>
    client.query<{ name: string; bytes: number; tuples: number }>(
      `select c.relname as name, pg_total_relation_size(c.oid) as bytes, greatest(c.reltuples, 0)::bigint as tuples
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = '${SCHEMA}.events'::regclass order by c.relname`,
    ),
  )
  return rows.flatMap((row) => {
    const parts = NAME.exec(row.name)
    if (!parts) return []
    return [
      {
        name: row.name,
        from: new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`),
        sizeBytes: row.bytes,
        rows: row.tuples,
      },
    ]
  })
}

export interface Retention {
  readonly days: number
  readonly bytes: number
}

/** Which days have to go: those past their time, then the oldest until the rest fits. Today's always stays. Pure. */
export function partitionsToDrop(partitions: readonly EventPartition[], retention: Retention, now: Date): string[] {
  const today = dayOf(now)
  const drop: string[] = []
  let kept = partitions.reduce((sum, partition) => sum + partition.sizeBytes, 0)
  for (const partition of partitions) {
    const age = today - dayOf(partition.from)
    if (age <= 0) break
    if (age <= retention.days && kept <= retention.bytes) continue
    drop.push(partition.name)
    kept -= partition.sizeBytes
  }
  return drop
}

export async function dropEventPartitions(store: Store, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!NAME.test(name)) continue
    await store.withClient(async (client) => {
      await client.query('begin')
      try {
        await client.query(`set local lock_timeout = '5s'`)
        await client.query('select pg_advisory_xact_lock($1)', [LOCK])
        await client.query(`drop table if exists ${name}`)
        await client.query('commit')
      } catch (thrown) {
        await client.query('rollback').catch(() => undefined)
        throw thrown
      }
    })
  }
}
