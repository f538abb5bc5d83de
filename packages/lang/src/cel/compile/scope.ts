// What names mean while an expression is compiled.
import type { Expression } from '../ast.ts'
import { CelSyntaxError } from '../error.ts'
import type { Evaluate } from '../run.ts'
import type { CelValue } from '../value.ts'

export interface Scope {
  /** Variables of the whole evaluation. */
  readonly declared: ReadonlySet<string>
  /** Names that macros bind → their place in run.locals. */
  readonly bound: ReadonlyMap<string, number>
  /** The next free place. */
  readonly free: number
}

export interface Compiled {
  readonly evaluate: Evaluate
  /** Where the value is known already. */
  readonly constant?: CelValue
}

export type Compile = (tree: Expression, scope: Scope) => Compiled

/** The scope with these names bound, and their places. */
export function bind(scope: Scope, names: readonly string[]): { inner: Scope; places: number[] } {
  const bound = new Map(scope.bound)
  const places = names.map((name, index) => {
    bound.set(name, scope.free + index)
    return scope.free + index
  })
  return { inner: { declared: scope.declared, bound, free: scope.free + names.length }, places }
}

/** A macro's variable must be a plain name. */
export function variableName(tree: Expression | undefined): string {
  if (tree?.kind !== 'identifier') throw new CelSyntaxError('A macro wants a variable name here.', tree?.at ?? 0)
  return tree.name
}
