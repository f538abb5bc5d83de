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
  'iglob',
  'bcontains',
  'bstartswith',
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
/** What is done to a value before it is tested, innermost first. Rules only. */
export const TRANSFORMS = ['tolower', 'toupper', 'b64', 'basename', 'len'] as const
export type Transform = (typeof TRANSFORMS)[number]

/** A field as it is written: `proc.aname[2]`, `tolower(proc.name)`. Arguments and transforms are of rules only. */
export interface FieldUse {
  readonly field: string
  readonly type: FieldType
  readonly argument?: string
  readonly transforms?: readonly Transform[]
}
/** `field operator value`. The value has the field's type: a time is RFC 3339 in UTC, a severity is its name. */
export interface Comparison extends FieldUse {
  readonly kind: 'comparison'
  /** `val(other.field)` on the right: `value` is not looked at. Rules only. */
  readonly against?: FieldUse
  readonly operator: ComparisonOperator
  readonly value: Scalar
}
/** `field operator (value, …)` */
export interface Membership extends FieldUse {
  readonly kind: 'membership'
  readonly operator: ListOperator
  readonly values: readonly Scalar[]
}
/** `field exists` */
export interface Exists extends FieldUse {
  readonly kind: 'exists'
}
export type Condition = And | Or | Not | Comparison | Membership | Exists
