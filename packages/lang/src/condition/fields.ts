// What a condition may speak about: the fields of one resource, with their types.
import type { Operator } from './ast.ts'

/**
 * `list`: `in` asks whether all elements are among the values. The other two are of rules: of `several` values one is enough
 * for every operator (all ancestors, both ends of a connection); an `address` equals the networks it lies in.
 */
export type FieldType = 'string' | 'number' | 'boolean' | 'severity' | 'time' | 'list' | 'several' | 'address'

export interface FieldSpec {
  readonly type: FieldType
  /** All values there are: another one after =, != or in is an error. For `severity` they are known already. */
  readonly values?: readonly string[]
  /** Fewer operators than the type has. */
  readonly operators?: readonly Operator[]
  readonly description?: string
  /** Rules only: what may stand in brackets behind the name. */
  readonly argument?: 'needed' | 'optional'
}

export type Fields = Readonly<Record<string, FieldSpec>>

const TEXT: readonly Operator[] = ['=', '!=', 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'regex']
const ORDER: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=']

const OPERATORS_OF: Readonly<Record<FieldType, readonly Operator[]>> = {
  string: [...TEXT, 'in', 'pmatch', 'exists'],
  number: [...ORDER, 'in', 'exists'],
  boolean: ['=', '!=', 'exists'],
  severity: [...ORDER, 'in', 'exists'],
  time: [...ORDER, 'exists'],
  list: [...TEXT, 'in', 'intersects', 'pmatch', 'exists'],
  several: [...TEXT, 'in', 'intersects', 'pmatch', 'exists'],
  address: ['=', '!=', 'in', 'exists'],
}

const EXTRA: readonly Operator[] = ['iglob', 'bcontains', 'bstartswith', '<', '<=', '>', '>=', 'intersects']
const OPERATORS_OF_RULES: Readonly<Record<FieldType, readonly Operator[]>> = {
  ...OPERATORS_OF,
  string: [...OPERATORS_OF.string, ...EXTRA],
  number: [...OPERATORS_OF.number, 'intersects'],
  boolean: [...OPERATORS_OF.boolean, 'in'],
  list: [...OPERATORS_OF.list, 'iglob'],
  several: [...OPERATORS_OF.several, ...EXTRA],
  address: [...OPERATORS_OF.address, 'intersects'],
}

export function operatorsOf(field: FieldSpec, dialect: 'filter' | 'rules' = 'filter'): readonly Operator[] {
  const all = (dialect === 'rules' ? OPERATORS_OF_RULES : OPERATORS_OF)[field.type]
  return field.operators ? all.filter((operator) => field.operators?.includes(operator)) : all
}

export function fieldNamed(fields: Fields, name: string): FieldSpec | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
