// RPM versions: [epoch:]version[-release], by rpm's rpmio/rpmvercmp.c and lib/rpmver.c (manual: rpm-version(7)).
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

export interface RpmVersion {
  readonly epoch: string
  readonly version: string
  /** undefined where there is none, which comes before any release. */
  readonly release: string | undefined
}

function parse(text: string): RpmVersion | undefined {
  const trimmed = text.length > MAX_VERSION_LENGTH ? '' : text.trim()
  const [, epoch = '0', rest = ''] = /^(?:(\d*):)?(.*)$/s.exec(trimmed) ?? []
  const hyphen = rest.lastIndexOf('-')
  const version = hyphen < 0 ? rest : rest.slice(0, hyphen)
  const release = hyphen < 0 ? undefined : rest.slice(hyphen + 1)
  if (version === '' || /\s/.test(rest)) return undefined
  return { epoch: epoch || '0', version, release }
}

function compare(a: RpmVersion, b: RpmVersion): Ordering {
  const order = compareDigits(a.epoch, b.epoch) || comparePart(a.version, b.version)
  if (order !== 0) return order
  if (a.release === undefined || b.release === undefined) {
    return ordering(Number(a.release !== undefined) - Number(b.release !== undefined))
  }
  return comparePart(a.release, b.release)
}

const SEPARATORS = /^[^A-Za-z0-9~^]+/
const DIGITS = /^[0-9]+/
const LETTERS = /^[A-Za-z]+/

/** rpmvercmp: runs of digits and of letters in turn; `~` comes before the end, `^` after it but before anything more. */
export function comparePart(a: string, b: string): Ordering {
  let left = a
  let right = b
  while (left !== '' || right !== '') {
    left = left.replace(SEPARATORS, '')
    right = right.replace(SEPARATORS, '')
    if (left.startsWith('~') || right.startsWith('~')) {
      if (!left.startsWith('~')) return 1
      if (!right.startsWith('~')) return -1
      left = left.slice(1)
      right = right.slice(1)
      continue
    }
    if (left.startsWith('^') || right.startsWith('^')) {
      if (left === '') return -1
      if (right === '') return 1
      if (!left.startsWith('^')) return 1
      if (!right.startsWith('^')) return -1
      left = left.slice(1)
      right = right.slice(1)
      continue
    }
    if (left === '' || right === '') break
    const isNumber = DIGITS.test(left)
    const run = isNumber ? DIGITS : LETTERS
    const one = run.exec(left)?.[0] ?? ''
    const two = run.exec(right)?.[0] ?? ''
    // a run of digits is newer than a run of letters
    if (two === '') return isNumber ? 1 : -1
    const order = isNumber ? compareDigits(one, two) : compareText(one, two)
    if (order !== 0) return order
    left = left.slice(one.length)
    right = right.slice(two.length)
  }
  return ordering(Number(left !== '') - Number(right !== ''))
}

export const scheme: VersionScheme<RpmVersion> = { parse, compare }
