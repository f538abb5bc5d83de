// Comparing by the name of a scheme. What a scheme cannot read is an error, never a guess.
import { err, ok, type Result } from '@yagura/kernel'
import { schemes } from '../generated/schemes.ts'
import type { Ordering, VersionScheme } from './scheme.ts'

export type SchemeName = keyof typeof schemes
export const SCHEME_NAMES = Object.keys(schemes) as SchemeName[]

function scheme(name: SchemeName): VersionScheme<unknown> {
  return schemes[name] as VersionScheme<unknown>
}

/** -1 where a comes before b. INPUT_INVALID names the version that the scheme cannot read. */
export function compareVersions(name: SchemeName, a: string, b: string): Result<Ordering> {
  const { parse, compare } = scheme(name)
  const left = parse(a)
  const right = parse(b)
  if (left === undefined) return invalid(name, a)
  if (right === undefined) return invalid(name, b)
  const order = compare(left, right)
  return order === undefined ? invalid(name, isVersion(name, a) ? b : a) : ok(order)
}

export function isVersion(name: SchemeName, text: string): boolean {
  const { parse, compare } = scheme(name)
  const version = parse(text)
  return version !== undefined && compare(version, version) === 0
}

function invalid(name: SchemeName, text: string): Result<never> {
  return err({ code: 'INPUT_INVALID', message: `“${text.slice(0, 128)}” is not a version that ${name} can read.` })
}
