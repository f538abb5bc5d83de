// The tree of a condition. Plain data: the store turns it into SQL, the compiler into closures, the printer into text.
//
// An absent value (null, undefined) makes every test of it false, `!=` too; `not` of that is true. SQL needs coalesce(…, false).
import type { FieldType } from './fields.ts'

export type Scalar = string | number | boolean

export const COMPARISON_OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'regex',
] as const
export const LIST_OPERATORS = ['in', 'intersects', 'pmatch'] as const
export const OPERATORS = [...COMPARISON_OPERATORS, ...LIST_OPERATORS, 'exists'] as const

export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number]
export type ListOperator = (typeof LIST_OPERATORS)[number]
export type Operator = (typeof OPERATORS)[number]

export interface And {
  readonly kind: 'and'
  readonly operands: readonly Condition[]
}
export interface Or {
  readonly kind: 'or'
  readonly operands: readonly Condition[]
}
export interface Not {
  readonly kind: 'not'
  readonly operand: Condition
}
/** `field operator value`. The value has the field's type: a time is RFC 3339 in UTC, a severity is its name. */
export interface Comparison {
  readonly kind: 'comparison'
  readonly field: string
  readonly type: FieldType
  readonly operator: ComparisonOperator
  readonly value: Scalar
}
/** `field operator (value, …)` */
export interface Membership {
  readonly kind: 'membership'
  readonly field: string
  readonly type: FieldType
  readonly operator: ListOperator
  readonly values: readonly Scalar[]
}
/** `field exists` */
export interface Exists {
  readonly kind: 'exists'
  readonly field: string
  readonly type: FieldType
}
export type Condition = And | Or | Not | Comparison | Membership | Exists
