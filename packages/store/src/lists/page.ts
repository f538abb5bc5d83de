// Keyset pages: rows in the order (sort field, id), going on after the last row seen. Stable while rows come and go.
// Counts are exact up to a cap; above it the number is the cap and `totalIsExact` is false.
import { YaguraError } from '@yagura/kernel'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../store.ts'

export interface SortField {
  /** Never null. */
  readonly expression: RawBuilder<unknown>
  readonly type: 'text' | 'timestamptz' | 'integer' | 'double precision'
}

export interface ListSource {
  readonly columns: RawBuilder<unknown>
  readonly from: RawBuilder<unknown>
  /** Columns that make the order total, all of type text. */
  readonly id: readonly RawBuilder<unknown>[]
  readonly sorts: Readonly<Record<string, SortField>>
  /** With - in front for descending. */
  readonly defaultSort: string
}

export interface PageRequest {
  readonly sort?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
  readonly total: number
  readonly totalIsExact: boolean
}

export const COUNT_CAP = 10_000

export async function listPage<Row>(
  tx: Tx,
  source: ListSource,
  conditions: readonly RawBuilder<unknown>[],
  request: PageRequest,
): Promise<Page<Row>> {
  const sort = chosenSort(source, request.sort)
  const direction = sort.descending ? sql`desc` : sql`asc`
  const keys = [sort.field.expression, ...source.id]
  const where = allOf(conditions)
  const position = request.after === undefined ? sql`true` : afterCursor(sort, keys, request.after)
  const { rows } = await sql<Row & { page_keys: string[] }>`
    select ${source.columns}, array[${sql.join(keys.map((key) => sql`(${key})::text`))}] as page_keys
    from ${source.from} where ${where} and ${position}
    order by ${sql.join(keys.map((key) => sql`${key} ${direction}`))}
    limit ${sql.lit(request.limit + 1)}`.execute(tx)
  const items = rows.slice(0, request.limit)
  const last = items.at(-1)
  const isWhole = request.after === undefined && rows.length <= request.limit
  return {
    items,
    next: rows.length > request.limit && last ? encodeCursor(sort.text, last.page_keys) : null,
    ...(isWhole ? { total: items.length, totalIsExact: true } : await countUpTo(tx, source.from, where)),
  }
}

async function countUpTo(tx: Tx, from: RawBuilder<unknown>, where: RawBuilder<unknown>) {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from (select 1 from ${from} where ${where} limit ${sql.lit(COUNT_CAP + 1)}) as counted`.execute(
    tx,
  )
  const total = rows[0]?.total ?? 0
  return { total: Math.min(total, COUNT_CAP), totalIsExact: total <= COUNT_CAP }
}

export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

interface ChosenSort {
  readonly text: string
  readonly field: SortField
  readonly descending: boolean
}

function chosenSort(source: ListSource, wanted: string | undefined): ChosenSort {
  const text = wanted || source.defaultSort
  const descending = text.startsWith('-')
  const name = descending ? text.slice(1) : text
  const field = Object.hasOwn(source.sorts, name) ? source.sorts[name] : undefined
  if (!field)
    throw new YaguraError('USAGE', `This list cannot be sorted by ${name.slice(0, 40)}.`, {
      hint: `Sort by one of ${Object.keys(source.sorts).join(', ')}.`,
    })
  return { text, field, descending }
}

function afterCursor(sort: ChosenSort, keys: readonly RawBuilder<unknown>[], after: string): RawBuilder<unknown> {
  const values = decodeCursor(sort.text, after)
  if (values?.length !== keys.length)
    throw new YaguraError('USAGE', 'The cursor in ?after= is not one of this list in this order.', {
      hint: 'Use `next` of the page before, with the same sort.',
    })
  const bound = values.map((value, index) => sql`${value}::${sql.raw(index === 0 ? sort.field.type : 'text')}`)
  const operator = sort.descending ? sql`<` : sql`>`
  return sql`(${sql.join(keys)}) ${operator} (${sql.join(bound)})`
}

function encodeCursor(sort: string, keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...keys])).toString('base64url')
}

/** The key values; undefined for a cursor of another order or not from us. Types are checked so that no cast can fail. */
function decodeCursor(sort: string, cursor: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || parts[0] !== sort) return undefined
    if (!parts.every((part) => typeof part === 'string' && !part.includes('\0'))) return undefined
    return parts.slice(1)
  } catch {
    return undefined
  }
}
