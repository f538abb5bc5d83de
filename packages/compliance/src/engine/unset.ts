// What an absent key means in this version of the product.
import type { Value } from './reading.ts'
import type { UnsetValue } from './record.ts'

export interface UnsetFacts {
  /** `15.4`, as the product says it; null when it could not be told. */
  readonly version: string | null
  /** Facts that are true: `docker-image`, `mariadb`. */
  readonly truths: ReadonlySet<string>
}

export type Unset =
  | { readonly kind: 'value'; readonly value: Value; readonly why: string }
  /** There is no default that could be known: never a pass. */
  | { readonly kind: 'unknown'; readonly why: string }

/** Keys are tried as they stand: facts first, then versions, then `older`. */
export function unsetOf(unset: UnsetValue, { version, truths }: UnsetFacts): Unset {
  if (unset === null) return { kind: 'unknown', why: 'the product has no default that could be known' }
  if (typeof unset !== 'object' || Array.isArray(unset)) {
    return { kind: 'value', value: unset as Value, why: 'default of the product' }
  }
  const table = Object.entries((unset as { versions: Record<string, Value | null> }).versions)
  const isVersion = (key: string) => /^v\d/.test(key) || key === 'older'
  for (const [key, value] of table) if (!isVersion(key) && truths.has(key)) return known(value, `default of ${key}`)
  const versions = table.filter(([key]) => isVersion(key))
  if (versions.length === 0) return { kind: 'unknown', why: 'no default fits what is known of this server' }
  if (version === null) return { kind: 'unknown', why: 'the default depends on the version, which is not known' }
  for (const [key, value] of versions)
    if (key !== 'older' && inRange(version, key)) return known(value, `default of version ${version}`)
  const older = versions.find(([key]) => key === 'older')
  return older
    ? known(older[1], `default of version ${version}`)
    : { kind: 'unknown', why: `no default is known for version ${version}` }
}

function known(value: Value | null, why: string): Unset {
  return value === null
    ? { kind: 'unknown', why: 'the product has no default that could be known' }
    : { kind: 'value', value, why }
}

/** `v14+`: from 14 on; `v8-v9.2`: both ends included, as far as they are written. */
function inRange(version: string, key: string): boolean {
  if (key.endsWith('+')) return compareVersions(version, key.slice(1, -1)) >= 0
  const [from = '', to = from] = key.split('-').map((part) => part.replace(/^v/, ''))
  return compareVersions(version, from) >= 0 && comparePrefix(version, to) <= 0
}

function numbers(version: string): number[] {
  return (version.match(/^[^\d]*(\d+(?:\.\d+)*)/)?.[1] ?? '').split('.').map(Number)
}

export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** 9.2.7 is not above 9.2. */
function comparePrefix(version: string, bound: string): number {
  const most = numbers(bound)
  return compareVersions(numbers(version).slice(0, most.length).join('.'), bound)
}
