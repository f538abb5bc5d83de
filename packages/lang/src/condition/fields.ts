// What a condition may speak about: the fields of one resource, with their types.
import type { Operator } from './ast.ts'

export type FieldType = 'string' | 'number' | 'boolean' | 'severity' | 'time' | 'list'

export interface FieldSpec {
  readonly type: FieldType
  /** All values there are: another one after =, != or in is an error. For `severity` they are known already. */
  readonly values?: readonly string[]
  /** Fewer operators than the type has. */
  readonly operators?: readonly Operator[]
  readonly description?: string
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
}

export function operatorsOf(field: FieldSpec): readonly Operator[] {
  const all = OPERATORS_OF[field.type]
  return field.operators ? all.filter((operator) => field.operators?.includes(operator)) : all
}

export function fieldNamed(fields: Fields, name: string): FieldSpec | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
