// Macros: loops over lists and maps, has(), cel.bind(), optMap() (langdef, "Macros"; cel-go ext, "TwoVarComprehensions", "Bindings").
import type { Expression } from '../ast.ts'
import { keyOf } from '../equality.ts'
import { CelBudgetExceeded, CelFailure, CelSyntaxError, noOverload } from '../error.ts'
import { sortBy } from '../functions/lists.ts'
import type { Evaluate, Run } from '../run.ts'
import { type CelKey, CelOptional, type CelValue, intOf, isList, isMap, typeName } from '../value.ts'
import { test } from './access.ts'
import { bind, type Compile, type Scope, variableName } from './scope.ts'

type Call = Extract<Expression, { kind: 'call' }>

/** undefined where the call is none of a macro. */
export function macro(call: Call, scope: Scope, compile: Compile): Evaluate | undefined {
  const { name, target, arguments: given } = call
  if (target === null) return name === 'has' && given.length === 1 ? has(call, scope, compile) : undefined
  if (target.kind === 'identifier' && target.name === 'cel' && name === 'bind' && given.length === 3)
    return binding(given, scope, compile)
  const two = given.length === 3
  switch (name) {
    case 'all':
    case 'exists':
    case 'exists_one':
    case 'existsOne':
      if (given.length !== 2 && !two) return undefined
      return loop(call, scope, compile, two ? 2 : 1, name)
    case 'filter':
      return given.length === 2 ? loop(call, scope, compile, 1, name) : undefined
    case 'map':
      return given.length === 2 || two ? loop(call, scope, compile, 1, name) : undefined
    case 'sortBy':
      return given.length === 2 ? loop(call, scope, compile, 1, name) : undefined
    case 'transformList':
    case 'transformMap':
    case 'transformMapEntry':
      return two || given.length === 4 ? loop(call, scope, compile, 2, name) : undefined
    case 'optMap':
    case 'optFlatMap':
      return given.length === 2 ? optionalMap(call, scope, compile, name) : undefined
    case 'or':
    case 'orValue':
      return given.length === 1 ? otherwise(call, scope, compile, name) : undefined
    default:
      return undefined
  }
}

function has(call: Call, scope: Scope, compile: Compile): Evaluate {
  const [field] = call.arguments
  if (field?.kind !== 'select' || field.optional)
    throw new CelSyntaxError('has() wants a field, as in has(a.b).', call.at)
  return test(compile(field.operand, scope).evaluate, field.field)
}

function binding([name, value, body]: readonly Expression[], scope: Scope, compile: Compile): Evaluate {
  const { inner, places } = bind(scope, [variableName(name)])
  const init = compile(value as Expression, scope).evaluate
  const rest = compile(body as Expression, inner).evaluate
  const place = places[0] as number
  return (run) => {
    run.locals[place] = init(run)
    return rest(run)
  }
}

function optionalMap(call: Call, scope: Scope, compile: Compile, name: string): Evaluate {
  const { inner, places } = bind(scope, [variableName(call.arguments[0])])
  const operand = compile(call.target as Expression, scope).evaluate
  const body = compile(call.arguments[1] as Expression, inner).evaluate
  const place = places[0] as number
  return (run) => {
    const value = operand(run)
    if (!(value instanceof CelOptional)) throw noOverload(`${typeName(value)}.${name}()`)
    if (value.value === undefined) return CelOptional.none
    run.locals[place] = value.value
    const mapped = body(run)
    if (name === 'optMap') return new CelOptional(mapped)
    if (mapped instanceof CelOptional) return mapped
    throw noOverload(`optFlatMap() to ${typeName(mapped)}`)
  }
}

/**
 * The other side is evaluated only where it is needed. A value that is no optional stands for itself, as in cel-go (cel/library.go:
 * evalOptionalOrValue); only types that are known beforehand refuse it.
 */
function otherwise(call: Call, scope: Scope, compile: Compile, name: string): Evaluate {
  const operand = compile(call.target as Expression, scope).evaluate
  const other = compile(call.arguments[0] as Expression, scope).evaluate
  return (run) => {
    const value = operand(run)
    if (!(value instanceof CelOptional)) return value
    if (value.value === undefined) return other(run)
    return name === 'or' ? value : value.value
  }
}

/** What a loop does with one element: `value` is that of its body. True ends the loop. */
interface Collector {
  /** False leaves the body aside. */
  readonly keep: Evaluate | undefined
  readonly body: Evaluate
  start(run: Run, range: CelValue): Collection
}

interface Collection {
  add(value: CelValue, element: CelValue, key: CelValue): boolean
  /** A failure of the body; false where it is not forgiven. */
  forgive(failure: CelFailure): boolean
  result(): CelValue
}

function loop(call: Call, scope: Scope, compile: Compile, variables: 1 | 2, name: string): Evaluate {
  const names = call.arguments.slice(0, variables).map(variableName)
  const rest = call.arguments.slice(variables)
  const { inner, places } = bind(scope, names)
  const operand = compile(call.target as Expression, scope).evaluate
  const bodies = rest.map((one) => compile(one, inner).evaluate)
  const body = bodies.at(-1) as Evaluate
  const keep = bodies.length > 1 ? bodies[0] : undefined
  const collector: Collector = { keep, body, start: COLLECTORS[name] as Collector['start'] }
  const [first = 0, second] = places
  return (run) => iterate(run, operand(run), collector, first, second)
}

function iterate(run: Run, range: CelValue, collector: Collector, first: number, second: number | undefined): CelValue {
  const collection = collector.start(run, range)
  if (isList(range)) {
    let at = 0
    for (const element of range) {
      const key = second === undefined ? null : intOf(at++)
      if (step(run, collector, collection, first, second, key, element)) break
    }
    return collection.result()
  }
  if (!isMap(range)) throw noOverload(`a loop over ${typeName(range)}`)
  for (const [key, value] of range)
    if (step(run, collector, collection, first, second, key, second === undefined ? key : value)) break
  return collection.result()
}

/** A step keeps what it makes, so it costs memory as well as time. */
const STEP_UNITS = 2

function step(
  run: Run,
  { keep, body }: Collector,
  collection: Collection,
  first: number,
  second: number | undefined,
  key: CelValue,
  element: CelValue,
): boolean {
  run.budget -= STEP_UNITS
  if (run.budget < 0) throw new CelBudgetExceeded()
  run.locals[first] = second === undefined ? element : key
  if (second !== undefined) run.locals[second] = element
  try {
    if (keep) {
      const wanted = keep(run)
      if (typeof wanted !== 'boolean') throw noOverload(`a condition of type ${typeName(wanted)}`)
      if (!wanted) return false
    }
    return collection.add(body(run), element, key)
  } catch (failure) {
    if (failure instanceof CelFailure && collection.forgive(failure)) return false
    throw failure
  }
}

function unforgiving(): boolean {
  return false
}

/** all and exists: one decisive element decides, whatever others failed with. */
function quantifier(decisive: boolean): Collector['start'] {
  return () => {
    let failure: CelFailure | undefined
    let decided = false
    return {
      add(value) {
        if (typeof value !== 'boolean') throw noOverload(`a condition of type ${typeName(value)}`)
        decided = value === decisive
        return decided
      },
      forgive(one) {
        failure ??= one
        return true
      },
      result() {
        if (decided) return decisive
        if (failure) throw failure
        return !decisive
      },
    }
  }
}

function existsOne(): Collection {
  let count = 0
  return {
    add(value) {
      if (typeof value !== 'boolean') throw noOverload(`a condition of type ${typeName(value)}`)
      if (value) count++
      return false
    },
    forgive: unforgiving,
    result: () => count === 1,
  }
}

function toMap(add: (map: Map<CelKey, CelValue>, value: CelValue, key: CelValue) => void): Collector['start'] {
  return () => {
    const map = new Map<CelKey, CelValue>()
    return {
      add(value, _, key) {
        add(map, value, key)
        return false
      },
      forgive: unforgiving,
      result: () => map,
    }
  }
}

function collect(): Collection {
  const values: CelValue[] = []
  return {
    add(value) {
      values.push(value)
      return false
    },
    forgive: unforgiving,
    result: () => values,
  }
}

const COLLECTORS: Readonly<Record<string, Collector['start']>> = {
  all: quantifier(false),
  exists: quantifier(true),
  exists_one: existsOne,
  existsOne,
  map: collect,
  transformList: collect,
  filter() {
    const values: CelValue[] = []
    return {
      add(value, element) {
        if (typeof value !== 'boolean') throw noOverload(`a condition of type ${typeName(value)}`)
        if (value) values.push(element)
        return false
      },
      forgive: unforgiving,
      result: () => values,
    }
  },
  sortBy(run, range) {
    if (!isList(range)) throw noOverload(`${typeName(range)}.sortBy()`)
    const keys: CelValue[] = []
    return {
      add(value) {
        keys.push(value)
        return false
      },
      forgive: unforgiving,
      result: () => sortBy(run, range, keys),
    }
  },
  transformMap: toMap((map, value, key) => map.set(keyOf(key) as CelKey, value)),
  transformMapEntry: toMap((map, value) => {
    if (!isMap(value)) throw noOverload(`transformMapEntry() to ${typeName(value)}`)
    for (const [key, one] of value) {
      if (map.has(key)) throw new CelFailure(`insert failed: key ${String(key)} already exists`)
      map.set(key, one)
    }
  }),
}
