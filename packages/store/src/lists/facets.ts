// Facets: how often each value of some fields occurs under a filter, in one pass over at most FACET_ROWS rows.
import type { Facet } from '@yagura/schema'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../store.ts'
import { allOf } from './page.ts'

const FACET_ROWS = 100_000
const VALUES = 20

export async function countFacets(
  tx: Tx,
  from: RawBuilder<unknown>,
  conditions: readonly RawBuilder<unknown>[],
  fields: Readonly<Record<string, RawBuilder<unknown>>>,
): Promise<Facet[]> {
  const names = Object.keys(fields)
  const columns = names.map((name) => sql`(${fields[name]})::text as ${sql.ref(name)}`)
  const sets = names.map((name) => sql`(${sql.ref(name)})`)
  const { rows } = await sql<{ field: number; value: string | null; count: number }>`
    with hits as materialized (
      select ${sql.join(columns)} from ${from} where ${allOf(conditions)} limit ${sql.lit(FACET_ROWS)}
    ), counted as (
      select grouping(${sql.join(names.map((name) => sql.ref(name)))}) as field,
        coalesce(${sql.join(names.map((name) => sql.ref(name)))}) as value, count(*) as count
      from hits group by grouping sets (${sql.join(sets)})
    ), ranked as (
      select *, row_number() over (partition by field order by count desc, value) as rank from counted where value is not null
    )
    select field, value, count from ranked where rank <= ${sql.lit(VALUES)} order by count desc, value`.execute(tx)
  const all = 2 ** names.length - 1
  return names.map((name, index) => {
    // grouping() sets the bit of every column that is not grouped by, the first column being the highest.
    const mask = all - 2 ** (names.length - 1 - index)
    const values = rows.filter((row) => Number(row.field) === mask && row.value !== null)
    return { field: name, values: values.map((row) => ({ value: String(row.value).slice(0, 512), count: row.count })) }
  })
}
