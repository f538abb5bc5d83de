// Tree → closures. Names and functions are bound here, so that what does not exist is found before anything is evaluated.
import { negate } from '../arithmetic.ts'
import type { Expression, ListItem, MapEntry } from '../ast.ts'
import { keyOf } from '../equality.ts'
import { CelBudgetExceeded, CelFailure, CelSyntaxError, noOverload } from '../error.ts'
import type { CelFunction, Overload } from '../function.ts'
import { isFunction, overloadsOf } from '../library.ts'
import { qualifiedName } from '../parser.ts'
import { compilePattern } from '../pattern.ts'
import type { Evaluate } from '../run.ts'
import { type CelKey, CelOptional, CelType, type CelValue, typeName } from '../value.ts'
import { index, indexOptional, select, selectOptional } from './access.ts'
import { macro } from './macros.ts'
import { binary, conditional, not } from './operators.ts'
import type { Compiled, Scope } from './scope.ts'

const TYPES = new Map(
  [
    'int uint double bool string bytes list map null_type type optional_type',
    'google.protobuf.Timestamp google.protobuf.Duration net.IP net.CIDR kubernetes.URL kubernetes.Quantity',
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => [name, new CelType(name)]),
)

/** Functions take this many values at most, the receiver counted. */
const MAX_VALUES = 4

export function compileTree(tree: Expression, scope: Scope): Compiled {
  switch (tree.kind) {
    case 'literal':
      return constant(tree.value)
    case 'identifier':
      return identifier(tree.name, tree.at, scope)
    case 'select':
      return selection(tree, scope)
    case 'index': {
      const operand = compileTree(tree.operand, scope).evaluate
      const at = compileTree(tree.index, scope).evaluate
      return { evaluate: tree.optional ? indexOptional(operand, at) : index(operand, at) }
    }
    case 'unary':
      return unary(tree.operator, compileTree(tree.operand, scope))
    case 'binary':
      return { evaluate: binary(tree.operator, compileTree(tree.left, scope), compileTree(tree.right, scope)) }
    case 'conditional':
      return {
        evaluate: conditional(
          compileTree(tree.test, scope).evaluate,
          compileTree(tree.then, scope).evaluate,
          compileTree(tree.otherwise, scope).evaluate,
        ),
      }
    case 'list':
      return list(tree.items, scope)
    case 'map':
      return { evaluate: map(tree.entries, scope) }
    case 'call':
      return { evaluate: macro(tree, scope, compileTree) ?? call(tree, scope) }
  }
}

function constant(value: CelValue): Compiled {
  return { evaluate: () => value, constant: value }
}

function identifier(name: string, at: number, scope: Scope): Compiled {
  const place = scope.bound.get(name)
  if (place !== undefined) return { evaluate: (run) => run.locals[place] as CelValue }
  if (scope.declared.has(name)) {
    return {
      evaluate(run) {
        if (--run.budget < 0) throw new CelBudgetExceeded()
        const value = run.variables.get(name)
        if (value === undefined) throw new CelFailure(`no such attribute: ${name}`)
        return value
      },
    }
  }
  const type = TYPES.get(name)
  if (type) return constant(type)
  throw new CelSyntaxError(`There is no variable ${name}.`, at)
}

function isShadowed(name: string, scope: Scope): boolean {
  const root = name.split('.', 1)[0] ?? name
  return scope.bound.has(root) || scope.declared.has(root)
}

function selection(tree: Extract<Expression, { kind: 'select' }>, scope: Scope): Compiled {
  const name = qualifiedName(tree)
  const type = name === undefined || isShadowed(name, scope) ? undefined : TYPES.get(name)
  if (type) return constant(type)
  const operand = compileTree(tree.operand, scope).evaluate
  return { evaluate: tree.optional ? selectOptional(operand, tree.field) : select(operand, tree.field) }
}

function unary(operator: '!' | '-', { evaluate }: Compiled): Compiled {
  return { evaluate: operator === '!' ? not(evaluate) : (run) => negate(evaluate(run)) }
}

function list(items: readonly ListItem[], scope: Scope): Compiled {
  const parts = items.map(({ value, optional }) => ({ ...compileTree(value, scope), optional }))
  if (parts.every((part) => part.constant !== undefined && !part.optional))
    return constant(parts.map((part) => part.constant as CelValue))
  return {
    evaluate(run) {
      run.budget -= 4 + parts.length
      if (run.budget < 0) throw new CelBudgetExceeded()
      const values: CelValue[] = []
      for (const { evaluate, optional } of parts) {
        const value = evaluate(run)
        if (!optional) values.push(value)
        else if (!(value instanceof CelOptional)) throw noOverload(`[?${typeName(value)}]`)
        else if (value.value !== undefined) values.push(value.value)
      }
      return values
    },
  }
}

function map(entries: readonly MapEntry[], scope: Scope): Evaluate {
  const parts = entries.map(({ key, value, optional }) => ({
    key: compileTree(key, scope).evaluate,
    value: compileTree(value, scope).evaluate,
    optional,
  }))
  return (run) => {
    run.budget -= 1 + parts.length
    if (run.budget < 0) throw new CelBudgetExceeded()
    const result = new Map<CelKey, CelValue>()
    for (const part of parts) {
      const named = part.key(run)
      const key = typeof named === 'number' ? undefined : keyOf(named)
      if (key === undefined) throw new CelFailure(`unsupported key type: ${typeName(named)}`)
      if (result.has(key)) throw new CelFailure(`the map has the key ${String(key)} twice`)
      const value = part.value(run)
      if (!part.optional) result.set(key, value)
      else if (!(value instanceof CelOptional)) throw noOverload(`{?key: ${typeName(value)}}`)
      else if (value.value !== undefined) result.set(key, value.value)
    }
    return result
  }
}

function call(tree: Extract<Expression, { kind: 'call' }>, scope: Scope): Evaluate {
  const { name, target, at } = tree
  if (name === 'matches') checkPattern(tree.arguments.at(-1))
  const arity = tree.arguments.length
  if (arity > MAX_VALUES) return manyValues(tree, scope)
  if (target === null) return bound(tree, overloadsOf(name, 'global', arity), tree.arguments, scope)
  const prefix = qualifiedName(target)
  const qualified = `${prefix}.${name}`
  if (prefix !== undefined && !isShadowed(prefix, scope) && isFunction(qualified))
    return bound({ name: qualified, at }, overloadsOf(qualified, 'global', arity), tree.arguments, scope)
  return bound(tree, overloadsOf(name, 'member', arity + 1), [target, ...tree.arguments], scope)
}

/** More values than functions take one by one: only math.greatest and math.least have so many, and those take a list as well. */
function manyValues(tree: Extract<Expression, { kind: 'call' }>, scope: Scope): Evaluate {
  const name = tree.target === null ? tree.name : `${qualifiedName(tree.target)}.${tree.name}`
  if (name !== 'math.greatest' && name !== 'math.least')
    throw new CelSyntaxError(`${name} does not take ${tree.arguments.length} values.`, tree.at)
  const items = tree.arguments.map((value) => ({ value, optional: false }))
  return call({ ...tree, arguments: [{ kind: 'list', items, at: tree.at }] }, scope)
}

/** A pattern that is no RE2 is found at once, and one that is known is compiled once. */
function checkPattern(pattern: Expression | undefined): void {
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return
  try {
    compilePattern({ variables: new Map(), locals: [], host: {}, budget: Number.POSITIVE_INFINITY }, pattern.value)
  } catch (failure) {
    if (failure instanceof CelFailure) throw new CelSyntaxError(`${failure.message}.`, pattern.at)
    throw failure
  }
}

function bound(
  { name, at }: { name: string; at: number },
  overloads: readonly Overload[],
  given: readonly Expression[],
  scope: Scope,
): Evaluate {
  if (overloads.length === 0)
    throw new CelSyntaxError(
      isFunction(name)
        ? `The function ${name} does not take ${given.length} values, or not in this way.`
        : `There is no function ${name}.`,
      at,
    )
  const [a = absent, b = absent, c = absent, d = absent] = given.map((one) => compileTree(one, scope).evaluate)
  const chosen = chooser(name, overloads)
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const first = a(run)
    return chosen(first)(run, first, b(run), c(run), d(run))
  }
}

function absent(): CelValue {
  return null
}

function chooser(name: string, overloads: readonly Overload[]): (first: CelValue) => CelFunction {
  const [only] = overloads
  if (only && overloads.length === 1) {
    return (first) => {
      if (!only.takes(first)) throw noOverload(`${name}() of ${typeName(first)}`)
      return only.call
    }
  }
  return (first) => {
    const overload = overloads.find((one) => one.takes(first))
    if (!overload) throw noOverload(`${name}() of ${typeName(first)}`)
    return overload.call
  }
}
