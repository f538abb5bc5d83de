// Maven versions, by org.apache.maven.artifact.versioning.ComparableVersion (maven.apache.org/pom.html#Version_Order_Specification).
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

/** Digits, a qualifier in lower case, or a nested list, which every hyphen and every step between digits and letters opens. */
type Item = { readonly kind: 'number' | 'word'; readonly text: string } | List
export interface List {
  readonly kind: 'list'
  readonly items: Item[]
}
export type MavenVersion = List

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const RELEASE = String(QUALIFIERS.indexOf(''))
const ALIASES: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' }
const SHORT: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' }

function number(text: string): Item {
  return { kind: 'number', text: text === '' ? '0' : text }
}

function word(text: string, beforeDigit: boolean): Item {
  const full = beforeDigit && Object.hasOwn(SHORT, text) ? (SHORT[text] ?? text) : text
  return { kind: 'word', text: Object.hasOwn(ALIASES, full) ? (ALIASES[full] ?? full) : full }
}

function parse(text: string): MavenVersion | undefined {
  if (text.trim() === '' || text.length > MAX_VERSION_LENGTH) return undefined
  const root: List = { kind: 'list', items: [] }
  const lists = [root]
  let list = root
  const open = () => {
    const inner: List = { kind: 'list', items: [] }
    list.items.push(inner)
    lists.push(inner)
    list = inner
  }
  const tokens =
    text
      .replace(FOREIGN_DIGIT, asciiDigit)
      .toLowerCase()
      .match(/[.-]|[0-9]+|[^.\-0-9]+/g) ?? []
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]
    if (token === '.' || token === '-') {
      // two separators in a row stand around a zero
      if (i === 0 || tokens[i - 1] === '.' || tokens[i - 1] === '-') list.items.push(number('0'))
      if (token === '-') open()
      continue
    }
    const isNumber = /^[0-9]/.test(token)
    const isTransition = next !== undefined && next !== '.' && next !== '-'
    // 1.0.X1 and 1.0.X mean 1.0-X1 and 1.0-X: a qualifier before digits or at the very end opens a list as a hyphen does
    if (!isNumber && (isTransition || next === undefined) && list.items.length > 0) open()
    list.items.push(isNumber ? number(token) : word(token, isTransition))
    if (isTransition) open()
  }
  for (const inner of lists.toReversed()) trim(inner)
  return root
}

/** Java takes the digits of every script for digits. */
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu

/** The ten digits of a script stand in a row. */
function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0)
  if (digit.length > 1) return digit
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value++
  return String(value)
}

function isNull(item: Item): boolean {
  if (item.kind === 'list') return item.items.length === 0
  return item.kind === 'number' ? /^0+$/.test(item.text) : item.text === ''
}

/** Takes away trailing zeros and empty words, also before nested lists. */
function trim({ items }: List): void {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]
    if (!item) return
    if (isNull(item)) items.splice(i, 1)
    else if (item.kind !== 'list') return
  }
}

function qualifierKey(text: string): string {
  const index = QUALIFIERS.indexOf(text)
  return index < 0 ? `${QUALIFIERS.length}-${text}` : String(index)
}

const RANK = { word: 0, list: 1, number: 2 } as const

function compareItem(a: Item, b: Item | undefined): Ordering {
  if (b === undefined) return compareWithNothing(a)
  if (a.kind === 'list' && b.kind === 'list') return compare(a, b)
  if (a.kind === 'number' && b.kind === 'number') return compareDigits(a.text, b.text)
  if (a.kind === 'word' && b.kind === 'word') return compareText(qualifierKey(a.text), qualifierKey(b.text))
  return ordering(RANK[a.kind] - RANK[b.kind])
}

function compareWithNothing(item: Item): Ordering {
  if (item.kind === 'list') {
    for (const inner of item.items) {
      const order = compareWithNothing(inner)
      if (order !== 0) return order
    }
    return 0
  }
  if (item.kind === 'number') return isNull(item) ? 0 : 1
  return compareText(qualifierKey(item.text), RELEASE)
}

function compare(a: MavenVersion, b: MavenVersion): Ordering {
  for (let i = 0; i < Math.max(a.items.length, b.items.length); i++) {
    const left = a.items[i]
    const right = b.items[i]
    const order = left ? compareItem(left, right) : right ? ordering(-compareItem(right, undefined)) : 0
    if (order !== 0) return order
  }
  return 0
}

export const scheme: VersionScheme<MavenVersion> = { parse, compare }
