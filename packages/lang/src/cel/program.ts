// Compiling and running an expression.
import { err, ok, type Result } from '@yagura/kernel/result'
import { type Types, typeOfTree } from './check/check.ts'
import type { StaticType } from './check/type.ts'
import { compileTree } from './compile/compiler.ts'
import { CelBudgetExceeded, CelFailure, CelSyntaxError } from './error.ts'
import { parseCel } from './parser.ts'
import { type CelHost, type Evaluate, EXPRESSION_COST_LIMIT, type Run } from './run.ts'
import type { CelKey, CelValue } from './value.ts'

export interface CelProgram {
  readonly text: string
  readonly evaluate: Evaluate
  /** Of its value, where types were asked for. */
  readonly type: StaticType | undefined
}

export interface CelError {
  readonly message: string
  /** value: the expression cannot be evaluated for this object; cost: the limit ended it; unavailable: it asks for what is not to be had here. */
  readonly kind: 'value' | 'cost' | 'unavailable'
}

/** `variables`: the names that the expression may use; with their types, it is refused where it clashes with them. */
export function compileCel(text: string, variables: Iterable<string> | Types): Result<CelProgram, CelSyntaxError> {
  try {
    const tree = parseCel(text)
    const types = variables instanceof Map ? (variables as Types) : undefined
    const declared = new Set(types ? types.keys() : (variables as Iterable<string>))
    const { evaluate } = compileTree(tree, { declared, bound: new Map(), free: 0 })
    return ok({ text, evaluate, type: types && typeOfTree(tree, types) })
  } catch (thrown) {
    if (thrown instanceof CelSyntaxError) return err(thrown)
    if (thrown instanceof RangeError) return err(new CelSyntaxError('The expression is nested too deep.', 0))
    throw thrown
  }
}

export interface RunOptions {
  readonly host?: CelHost
  /** Cost units that all expressions of this run may take together. */
  readonly costLimit?: number
}

/** One run serves all expressions that are judged together: their variables, and one cost limit. */
export function createRun(variables: ReadonlyMap<string, CelValue>, options: RunOptions = {}): Run {
  return {
    variables: variables as ReadonlyMap<CelKey, CelValue>,
    locals: [],
    host: options.host ?? {},
    budget: options.costLimit ?? EXPRESSION_COST_LIMIT,
  }
}

export function evaluateCel(program: CelProgram, run: Run): Result<CelValue, CelError> {
  try {
    return ok(program.evaluate(run))
  } catch (thrown) {
    if (thrown instanceof CelFailure)
      return err({ message: thrown.message, kind: thrown.unavailable ? 'unavailable' : 'value' })
    if (thrown instanceof CelBudgetExceeded) return err({ message: thrown.message, kind: 'cost' })
    if (thrown instanceof RangeError) return err({ message: 'the expression is nested too deep', kind: 'cost' })
    throw thrown
  }
}

/** A map whose values are computed when they are asked for, once: `variables` of an admission policy. */
export class CelLazyMap extends Map<CelKey, CelValue> {
  readonly #run: () => Run
  readonly #programs: ReadonlyMap<string, CelProgram>
  readonly #failures = new Map<CelKey, unknown>()

  constructor(run: () => Run, programs: ReadonlyMap<string, CelProgram>) {
    super()
    this.#run = run
    this.#programs = programs
  }

  override has(key: CelKey): boolean {
    return super.has(key) || this.#programs.has(key as string)
  }

  override get(key: CelKey): CelValue | undefined {
    const known = super.get(key)
    if (known !== undefined) return known
    const program = this.#programs.get(key as string)
    if (!program) return undefined
    if (this.#failures.has(key)) throw this.#failures.get(key)
    this.#failures.set(key, new CelFailure(`the variable ${String(key)} is made of itself`))
    try {
      const value = within(this.#run(), program)
      this.set(key, value)
      return value
    } catch (failure) {
      this.#failures.set(key, failure)
      throw failure
    }
  }
}

/** Evaluates inside of another expression, whose loops go on with their own values after it. */
function within(run: Run, program: CelProgram): CelValue {
  const outer = run.locals.splice(0)
  try {
    return program.evaluate(run)
  } finally {
    run.locals.splice(0, run.locals.length, ...outer)
  }
}
