// Severities are stored as their rank, so that the database sorts them.
import type { Severity } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
import { type RawBuilder, sql } from 'kysely'

export function severityName(rank: number): Severity {
  return SEVERITIES[rank] ?? 'unknown'
}

/** The word of a rank, in SQL. */
export function severityWord(rank: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(array[${sql.join(SEVERITIES.map((name: Severity) => sql.lit(name)))}])[${rank} + 1]`
}
