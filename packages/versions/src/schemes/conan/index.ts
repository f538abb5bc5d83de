// Conan 2 versions: dotted items of any number, -pre, +build which counts (conan/internal/model/version.py). Any text is a version.
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

type Items = readonly string[]

/** Each without trailing zeros. */
export interface ConanVersion {
  readonly items: Items
  /** What stands behind the first hyphen: `1.0-3-1` has the one item `3-1`. */
  readonly pre: Items | undefined
  readonly build: Items | undefined
}

function parse(text: string): ConanVersion | undefined {
  if (text === '' || text.length > MAX_VERSION_LENGTH || !/^[\x21-\x7e]+$/.test(text)) return undefined
  const plus = text.lastIndexOf('+')
  const beforeBuild = plus < 0 ? text : text.slice(0, plus)
  const hyphen = beforeBuild.indexOf('-')
  return {
    items: itemsOf(hyphen < 0 ? beforeBuild : beforeBuild.slice(0, hyphen)),
    pre: hyphen < 0 ? undefined : itemsOf(beforeBuild.slice(hyphen + 1)),
    build: plus < 0 ? undefined : itemsOf(text.slice(plus + 1)),
  }
}

function itemsOf(text: string): Items {
  const items = text.split('.').map(asNumber)
  while (items.at(-1) === '0') items.pop()
  return items
}

/** As Python's int() reads it: without leading zeros, and `1_000` is a thousand. */
function asNumber(item: string): string {
  if (!/^\d+(?:_\d+)*$/.test(item)) return item
  return item.replaceAll('_', '').replace(/^0+(?=\d)/, '')
}

function compare(a: ConanVersion, b: ConanVersion): Ordering {
  const order = compareItems(a.items, b.items)
  if (order !== 0) return order
  // a pre-release comes before its release
  if (!a.pre !== !b.pre) return a.pre ? -1 : 1
  return compareOptional(a.pre, b.pre) || compareOptional(a.build, b.build)
}

function compareOptional(a: Items | undefined, b: Items | undefined): Ordering {
  if (a && b) return compareItems(a, b)
  return ordering(Number(a !== undefined) - Number(b !== undefined))
}

function compareItems(a: Items, b: Items): Ordering {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]]
    const numbers = /^\d+$/.test(left) && /^\d+$/.test(right)
    const order = numbers ? compareDigits(left, right) : compareText(left, right)
    if (order !== 0) return order
  }
  return ordering(a.length - b.length)
}

export const scheme: VersionScheme<ConanVersion> = { parse, compare }
