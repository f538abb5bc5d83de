// How a library of functions is written: by name, as overloads that say what they take. The compiler binds a name once, the type is looked
// at when it runs.
import { noOverload } from './error.ts'
import type { Run } from './run.ts'
import { type CelList, CelOptional, type CelValue, isList, typeName } from './value.ts'

export type CelFunction = (run: Run, a: CelValue, b: CelValue, c: CelValue, d: CelValue) => CelValue

export interface Overload {
  /** Called as a member (`a.name(b)`: the receiver is the first value) or as a function (`name(a, b)`). */
  readonly style: 'member' | 'global'
  /** Values it takes, the receiver counted. */
  readonly arity: number
  /** Does it take this first value? */
  readonly takes: (first: CelValue) => boolean
  readonly call: CelFunction
}

/** name → overloads. Names with a dot are functions of a namespace, such as math.greatest. */
export type Library = Readonly<Record<string, readonly Overload[]>>

export function member(arity: number, takes: (first: CelValue) => boolean, call: CelFunction): Overload {
  return { style: 'member', arity, takes, call }
}

export function global(arity: number, call: CelFunction, takes: (first: CelValue) => boolean = anything): Overload {
  return { style: 'global', arity, takes, call }
}

export function anything(): boolean {
  return true
}

export function isText(value: CelValue): value is string {
  return typeof value === 'string'
}

export function text(value: CelValue): string {
  if (typeof value !== 'string') throw noOverload(`${typeName(value)} where a string is wanted`)
  return value
}

export function integer(value: CelValue): bigint {
  if (typeof value !== 'bigint') throw noOverload(`${typeName(value)} where an int is wanted`)
  return value
}

export function list(value: CelValue): CelList {
  if (!isList(value)) throw noOverload(`${typeName(value)} where a list is wanted`)
  return value
}

export function some(value: CelValue): CelOptional {
  return new CelOptional(value)
}
