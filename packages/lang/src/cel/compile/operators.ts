// Operators. `&&` and `||` do not care which side fails: false && error is false, error || true is true (langdef, "Logical Operators").
import { arithmetic } from '../arithmetic.ts'
import type { BinaryOperator } from '../ast.ts'
import { compare, contains, equals, keyOf } from '../equality.ts'
import { CelBudgetExceeded, CelFailure, noOverload } from '../error.ts'
import type { Evaluate } from '../run.ts'
import { type CelKey, type CelValue, isList, typeName } from '../value.ts'
import type { Compiled } from './scope.ts'

/** `decisive`: false for &&, true for ||. */
function logical(left: Evaluate, right: Evaluate, decisive: boolean): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    let first: CelValue
    try {
      first = left(run)
    } catch (failure) {
      if (failure instanceof CelFailure && right(run) === decisive) return decisive
      throw failure
    }
    if (first === decisive) return decisive
    const second = right(run)
    if (second === decisive) return decisive
    if (typeof first === 'boolean' && typeof second === 'boolean') return !decisive
    throw noOverload(`${typeName(first)} ${decisive ? '||' : '&&'} ${typeName(second)}`)
  }
}

/** A list of constants that are all keys is asked as a set. */
function membership(left: Evaluate, right: Compiled): Evaluate {
  const keys = isList(right.constant ?? null) ? (right.constant as readonly CelValue[]).map(keyOf) : undefined
  if (keys?.every((key) => key !== undefined)) {
    const set = new Set<CelKey>(keys as CelKey[])
    return (run) => {
      if (--run.budget < 0) throw new CelBudgetExceeded()
      const key = keyOf(left(run))
      return key !== undefined && set.has(key)
    }
  }
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    return contains(run, right.evaluate(run), left(run))
  }
}

function ordered(left: Evaluate, right: Evaluate, decide: (order: number) => boolean): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const order = compare(left(run), right(run))
    return order !== undefined && decide(order)
  }
}

export function binary(operator: BinaryOperator, leftSide: Compiled, rightSide: Compiled): Evaluate {
  const left = leftSide.evaluate
  const right = rightSide.evaluate
  switch (operator) {
    case '&&':
      return logical(left, right, false)
    case '||':
      return logical(left, right, true)
    case 'in':
      return membership(left, rightSide)
    case '==':
    case '!=': {
      const wanted = operator === '=='
      return (run) => {
        if (--run.budget < 0) throw new CelBudgetExceeded()
        return equals(run, left(run), right(run)) === wanted
      }
    }
    case '<':
      return ordered(left, right, (order) => order < 0)
    case '<=':
      return ordered(left, right, (order) => order <= 0)
    case '>':
      return ordered(left, right, (order) => order > 0)
    case '>=':
      return ordered(left, right, (order) => order >= 0)
    default:
      return (run) => {
        if (--run.budget < 0) throw new CelBudgetExceeded()
        return arithmetic(run, operator, left(run), right(run))
      }
  }
}

export function conditional(test: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const decision = test(run)
    if (decision === true) return then(run)
    if (decision === false) return otherwise(run)
    throw noOverload(`${typeName(decision)} ? … : …`)
  }
}

export function not(operand: Evaluate): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const value = operand(run)
    if (typeof value === 'boolean') return !value
    throw noOverload(`!${typeName(value)}`)
  }
}
