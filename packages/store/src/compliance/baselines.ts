// Baselines in their versions; the newest adopted one of a name is in force.
import { newId } from '@yagura/kernel'
import type { Baseline, NewBaseline } from '@yagura/schema'
import { sql } from 'kysely'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const COLUMNS: FilterColumns<'baselines'> = { name: sql`b.name`, layer: sql`b.layer`, inForce: sql`b.in_force` }

export interface KeptBaseline extends Baseline {
  readonly id: string
  readonly inForce: boolean
  readonly createdAt: string
}

interface Row {
  id: string
  in_force: boolean
  created_at: Date
  body: Baseline
}

function toBaseline(row: Row): KeptBaseline {
  return { ...row.body, id: row.id, inForce: row.in_force, createdAt: isoTime(row.created_at) }
}

export async function listBaselines(tx: Tx, request: ListRequest): Promise<Page<KeptBaseline>> {
  const filter = readFilter('baselines', COLUMNS, request.filter)
  const page = await listPage<Row>(
    tx,
    {
      columns: sql`b.*`,
      from: sql`baselines b`,
      id: [sql`b.id`],
      sorts: {
        createdAt: { expression: sql`b.created_at`, type: 'timestamptz' },
        name: { expression: sql`b.name`, type: 'text' },
      },
      defaultSort: '-createdAt',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return { ...page, items: page.items.map(toBaseline) }
}

export async function findBaseline(tx: Tx, id: string): Promise<KeptBaseline | undefined> {
  const { rows } = await sql<Row>`select * from baselines where id = ${id}`.execute(tx)
  return rows[0] && toBaseline(rows[0])
}

/** The newest version of every name. */
export async function baselinesInForce(tx: Tx): Promise<KeptBaseline[]> {
  const { rows } =
    await sql<Row>`select * from baselines where in_force order by created_at desc, id desc limit 256`.execute(tx)
  return rows.map(toBaseline)
}

/** A new version of its name; the version before stays, for the record, and is not in force any more. */
export async function adoptBaseline(
  tx: Tx,
  baseline: NewBaseline,
  by: { readonly actor: string; readonly now: Date },
): Promise<KeptBaseline> {
  const { rows } = await sql<{ version: number }>`
    select coalesce(max(version), 0)::int as version from baselines where name = ${baseline.name}`.execute(tx)
  const kept: Baseline = {
    ...baseline,
    version: (rows[0]?.version ?? 0) + 1,
    adoptedBy: by.actor.slice(0, 512),
    adoptedAt: by.now.toISOString(),
  }
  const id = newId(by.now.getTime())
  await tx.updateTable('baselines').set({ in_force: false }).where('name', '=', baseline.name).execute()
  await tx
    .insertInto('baselines')
    .values({
      id,
      name: kept.name,
      version: kept.version,
      layer: kept.layer,
      in_force: true,
      body: JSON.stringify(kept),
      created_at: by.now,
    })
    .execute()
  return { ...kept, id, inForce: true, createdAt: by.now.toISOString() }
}
