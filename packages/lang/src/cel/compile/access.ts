// Fields and elements: `a.b`, `a[b]`, `a.?b`, `a[?b]` and has(a.b).
// An absent field is an error; whether it is there can be asked of any value, and is false of one that has no fields.
import { keyOf } from '../equality.ts'
import { CelBudgetExceeded, CelFailure, noOverload } from '../error.ts'
import { CelAuthorizer } from '../functions/cluster.ts'
import type { Evaluate } from '../run.ts'
import { CelOptional, type CelValue, isList, isMap, typeName } from '../value.ts'

const ESCAPES: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' }
const KEYWORD =
  /^__(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)__$/

/** The property that Kubernetes means by an escaped name such as `__namespace__` or `a__dot__b`; undefined where nothing is escaped. */
export function unescaped(field: string): string | undefined {
  if (!field.includes('__')) return undefined
  const keyword = KEYWORD.exec(field)?.[1]
  if (keyword) return keyword
  const plain = field.replace(/__(underscores|dot|dash|slash)__/g, (_, name: string) => ESCAPES[name] ?? name)
  return plain === field ? undefined : plain
}

function lookUp(value: CelValue, field: string, other: string | undefined): CelValue | undefined {
  if (!isMap(value)) return undefined
  const found = value.get(field)
  return found === undefined && other !== undefined ? value.get(other) : found
}

export function select(operand: Evaluate, field: string): Evaluate {
  const other = unescaped(field)
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const value = operand(run)
    if (value instanceof Map) {
      const found = value.get(field)
      if (found !== undefined) return found
    }
    if (value instanceof CelOptional) return optionalField(value, field, other)
    const found = lookUp(value, field, other)
    if (found !== undefined) return found
    if (value instanceof CelAuthorizer)
      throw new CelFailure('authorization is not to be had where files are judged', true)
    throw new CelFailure(`no such key: ${field}`)
  }
}

function optionalField(value: CelValue, field: string, other: string | undefined): CelOptional {
  const inner = value instanceof CelOptional ? value.value : value
  const found = inner === undefined ? undefined : lookUp(inner, field, other)
  return found === undefined ? CelOptional.none : new CelOptional(found)
}

export function selectOptional(operand: Evaluate, field: string): Evaluate {
  const other = unescaped(field)
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    return optionalField(operand(run), field, other)
  }
}

/** has(operand.field) */
export function test(operand: Evaluate, field: string): Evaluate {
  const other = unescaped(field)
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const value = operand(run)
    if (value instanceof Map && value.has(field)) return true
    return optionalField(value, field, other).value !== undefined
  }
}

function element(value: CelValue, index: CelValue): CelValue | undefined {
  const key = keyOf(index)
  if (isMap(value)) return key === undefined ? undefined : value.get(key)
  if (!isList(value)) return undefined
  if (typeof key !== 'bigint') throw noOverload(`list[${typeName(index)}]`)
  return key < 0n || key >= BigInt(value.length) ? undefined : value[Number(key)]
}

export function index(operand: Evaluate, at: Evaluate): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    const value = operand(run)
    const place = at(run)
    if (value instanceof CelOptional) return optionalElement(value, place)
    const found = element(value, place)
    if (found !== undefined) return found
    if (isMap(value)) throw new CelFailure(`no such key: ${String(keyOf(place) ?? typeName(place))}`)
    if (isList(value)) throw new CelFailure(`index out of bounds: ${String(keyOf(place))}`)
    throw noOverload(`${typeName(value)}[${typeName(place)}]`)
  }
}

function optionalElement(value: CelValue, place: CelValue): CelOptional {
  const inner = value instanceof CelOptional ? value.value : value
  const found = inner === undefined ? undefined : element(inner, place)
  return found === undefined ? CelOptional.none : new CelOptional(found)
}

export function indexOptional(operand: Evaluate, at: Evaluate): Evaluate {
  return (run) => {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    return optionalElement(operand(run), at(run))
  }
}
