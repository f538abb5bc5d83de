// The tree of a CEL expression. Macros are calls here; the compiler knows them.
import type { CelValue } from './value.ts'

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'

interface At {
  /** Offset in the text, in UTF-16 units. */
  readonly at: number
}

export type Expression =
  | (At & { readonly kind: 'literal'; readonly value: CelValue })
  | (At & { readonly kind: 'identifier'; readonly name: string })
  | (At & { readonly kind: 'select'; readonly operand: Expression; readonly field: string; readonly optional: boolean })
  | (At & {
      readonly kind: 'index'
      readonly operand: Expression
      readonly index: Expression
      readonly optional: boolean
    })
  | (At & {
      readonly kind: 'call'
      readonly name: string
      readonly target: Expression | null
      readonly arguments: readonly Expression[]
    })
  | (At & { readonly kind: 'list'; readonly items: readonly ListItem[] })
  | (At & { readonly kind: 'map'; readonly entries: readonly MapEntry[] })
  | (At & { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression })
  | (At & {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    })
  | (At & {
      readonly kind: 'conditional'
      readonly test: Expression
      readonly then: Expression
      readonly otherwise: Expression
    })

export interface ListItem {
  readonly value: Expression
  readonly optional: boolean
}

export interface MapEntry {
  readonly key: Expression
  readonly value: Expression
  readonly optional: boolean
}
