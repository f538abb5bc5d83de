// Conan 2 versions: dotted items of any number, -pre, +build which counts (conan/internal/model/version.py).
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

export interface ConanVersion {
  /** Without trailing zeros. */
  readonly items: readonly string[]
  readonly pre: ConanVersion | undefined
  readonly build: ConanVersion | undefined
}

function parse(text: string): ConanVersion | undefined {
  if (text === '' || text.length > MAX_VERSION_LENGTH || !/^[0-9A-Za-z._+-]+$/.test(text)) return undefined
  return parseParts(text)
}

function parseParts(text: string): ConanVersion {
  const plus = text.lastIndexOf('+')
  const beforeBuild = plus < 0 ? text : text.slice(0, plus)
  const hyphen = beforeBuild.indexOf('-')
  const items = (hyphen < 0 ? beforeBuild : beforeBuild.slice(0, hyphen)).split('.')
  while (items.length > 0 && /^0+$/.test(items.at(-1) ?? '')) items.pop()
  return {
    items,
    pre: hyphen < 0 ? undefined : parseParts(beforeBuild.slice(hyphen + 1)),
    build: plus < 0 ? undefined : parseParts(text.slice(plus + 1)),
  }
}

function compare(a: ConanVersion, b: ConanVersion): Ordering {
  const order = compareItems(a.items, b.items)
  if (order !== 0) return order
  if (a.pre && b.pre) return compare(a.pre, b.pre) || compareOptional(a.build, b.build)
  if (a.pre || b.pre) return a.pre ? -1 : 1
  return compareOptional(a.build, b.build)
}

function compareOptional(a: ConanVersion | undefined, b: ConanVersion | undefined): Ordering {
  if (a && b) return compare(a, b)
  return ordering(Number(a !== undefined) - Number(b !== undefined))
}

function compareItems(a: readonly string[], b: readonly string[]): Ordering {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]]
    const numbers = /^\d+$/.test(left) && /^\d+$/.test(right)
    const order = numbers ? compareDigits(left, right) : compareText(left, right)
    if (order !== 0) return order
  }
  return ordering(a.length - b.length)
}

export const scheme: VersionScheme<ConanVersion> = { parse, compare }
