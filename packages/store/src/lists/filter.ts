// A condition as SQL. Every value is a bound parameter; names come from the table of columns only.
// An absent value makes each test false and `not` of it true, as in the compiled condition. NULL is as good as false
// everywhere but under `not`, so only there it is made false, and an index can serve the rest.
import { YaguraError } from '@yagura/kernel'
import {
  type Comparison,
  type Condition,
  type Fields,
  type Membership,
  parseCondition,
  type Scalar,
} from '@yagura/lang'
import { FILTER_FIELDS, type FilteredResource } from '@yagura/schema/filter-fields'
import { SEVERITIES } from '@yagura/schema/severities'
import { type RawBuilder, sql } from 'kysely'

type Sql = RawBuilder<unknown>

/** field → SQL expression. Severity columns hold the rank, times are timestamptz. */
export type FilterColumns<R extends FilteredResource> = Readonly<Record<keyof (typeof FILTER_FIELDS)[R], Sql>>

export interface Filter {
  readonly sql: Sql
  /** Fields the filter speaks of, for lists that show less until asked. */
  readonly fields: ReadonlySet<string>
}

/** The filter of a request, or nothing; a wrong one is refused with a sentence that says where it is wrong. */
export function readFilter<R extends FilteredResource>(
  resource: R,
  columns: FilterColumns<R>,
  text: string | undefined,
): Filter | undefined {
  if (!text?.trim()) return undefined
  if (text.includes('\0')) throw new YaguraError('USAGE', 'The filter has a NUL character.')
  const parsed = parseCondition(text, FILTER_FIELDS[resource] as Fields)
  if (!parsed.ok) throw parsed.error
  const fields = new Set<string>()
  collectFields(parsed.value, fields)
  return { sql: conditionToSql(parsed.value, columns), fields }
}

export function conditionToSql(condition: Condition, columns: Readonly<Record<string, Sql>>): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const operands = condition.operands.map((operand) => conditionToSql(operand, columns))
      return sql`(${sql.join(operands, condition.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql`not coalesce(${conditionToSql(condition.operand, columns)}, false)`
    case 'exists':
      return sql`(${columnOf(condition.field, columns)} is not null)`
    default:
      return sql`(${testToSql(condition, columnOf(condition.field, columns))})`
  }
}

function columnOf(field: string, columns: Readonly<Record<string, Sql>>): Sql {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined
  if (!column) throw new YaguraError('USAGE', `The field ${field} cannot be filtered by here.`)
  return column
}

function testToSql(test: Comparison | Membership, column: Sql): Sql {
  if (test.kind === 'membership') {
    if (test.operator !== 'in') throw unsupported(test.operator)
    return sql`${column} in (${sql.join(test.values.map((value) => bound(test.type, value)))})`
  }
  const value = bound(test.type, test.value)
  switch (test.operator) {
    case 'contains':
      return sql`position(${value} in ${column}) > 0`
    case 'icontains':
      return sql`position(lower(${value}) in lower(${column})) > 0`
    case 'startswith':
      return sql`starts_with(${column}, ${value})`
    case 'endswith':
      return sql`right(${column}, length(${value})) = ${value}`
    case 'glob':
      return sql`${column} like ${globToLike(String(test.value))}`
    case 'regex':
    case 'iglob':
    case 'bcontains':
    case 'bstartswith':
      throw unsupported(test.operator)
    case '!=':
      return sql`${column} <> ${value}`
    default:
      return sql`${column} ${sql.raw(test.operator)} ${value}`
  }
}

function bound(type: Comparison['type'], value: Scalar): Sql {
  switch (type) {
    case 'severity':
      return sql`${(SEVERITIES as readonly unknown[]).indexOf(value)}::integer`
    case 'number':
      return sql`${Number(value)}::double precision`
    case 'boolean':
      return sql`${value === true}::boolean`
    case 'time':
      return sql`${String(value)}::timestamptz`
    default:
      return sql`${String(value)}::text`
  }
}

/** The glob of the condition language (*, ?, backslash) as a LIKE pattern. */
export function globToLike(glob: string): string {
  return glob.replace(/\\(.)|[*?%_\\]/gs, (matched, taken: string | undefined) => {
    if (taken !== undefined) return /[%_\\]/.test(taken) ? `\\${taken}` : taken
    if (matched === '*') return '%'
    return matched === '?' ? '_' : `\\${matched}`
  })
}

function unsupported(operator: string): YaguraError {
  return new YaguraError('USAGE', `The operator ${operator} cannot be used in a filter.`)
}

function collectFields(condition: Condition, into: Set<string>): void {
  if (condition.kind === 'and' || condition.kind === 'or')
    for (const operand of condition.operands) collectFields(operand, into)
  else if (condition.kind === 'not') collectFields(condition.operand, into)
  else into.add(condition.field)
}
