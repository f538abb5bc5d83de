// Checks the form of parsed JSON. The documents here are few and small, and scanning an image seen before must cost milliseconds:
// a validation library would take longer to load than everything else together.
import { YaguraError } from '@yagura/kernel'

/** Returns the value in its form, or throws INPUT_INVALID with where in the document it is not: `layers[2].digest must be …`. */
export type Shape<T> = (value: unknown, at: string) => T

export type Shaped<S> = S extends Shape<infer T> ? T : never

export const text: Shape<string> = (value, at) => (typeof value === 'string' ? value : refuse(at, 'a text'))

export const count: Shape<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(at, 'a whole number')

export const anything: Shape<unknown> = (value) => value

export const flag: Shape<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'true or false'))

export function matching(pattern: RegExp, what: string): Shape<string> {
  return (value, at) => (typeof value === 'string' && pattern.test(value) ? value : refuse(at, what))
}

/** Null and a missing value are the same; Go programs write either. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => (value === undefined || value === null ? undefined : shape(value, at))
}

/** For what is worth having but not worth refusing an image for. */
export function lenient<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => {
    try {
      return optional(shape)(value, at)
    } catch {
      return undefined
    }
  }
}

export function list<T>(item: Shape<T>, most = 100_000): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) return refuse(at, `a list of at most ${most}`)
    return value.map((one, index) => item(one, `${at}[${index}]`))
  }
}

export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, at) =>
    Object.fromEntries(Object.entries(members(value, at)).map(([key, one]) => [key, item(one, `${at}.${key}`)]))
}

type Members = Readonly<Record<string, Shape<unknown>>>

/**
 * Members that are not named are left out. One whose name differs in case alone is refused: container runtimes are written in Go, whose
 * encoding/json would take it for the other, so the image would not be the one that is seen here.
 */
export function object<M extends Members>(shapes: M): Shape<{ readonly [K in keyof M]: Shaped<M[K]> }> {
  const names = new Map(Object.keys(shapes).map((name) => [folded(name), name]))
  return (value, at) => {
    const given = members(value, at)
    for (const name of Object.keys(given)) {
      const meant = names.get(folded(name))
      if (meant !== undefined && meant !== name) refuse(at, `an object with ${meant} in this spelling alone`)
    }
    const entries = Object.entries(shapes).map(([key, shape]) => [
      key,
      shape(given[key], at === '' ? key : `${at}.${key}`),
    ])
    return Object.fromEntries(entries) as { readonly [K in keyof M]: Shaped<M[K]> }
  }
}

/** As Go folds them, long s and the sign of Kelvin with the letters. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase()
}

function members(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'an object')
  return value as Readonly<Record<string, unknown>>
}

function refuse(at: string, what: string): never {
  throw new YaguraError('INPUT_INVALID', `${at === '' ? 'it' : at} must be ${what}`)
}
