// Alpine versions: digits{.digits}[letter]{_suffix[digits]}[~hash][-rN], by apk-tools' src/version.c (version 3).
// Two things are taken from apk-tools 2, which the older releases run: digits may follow the letter, and nothing else.
// Alpine's own advisories hold versions that are none (`1.18.-r2`, `4.10-1-r1`). As apk does, what stands before the fault decides
// where it can (4.10-1-r1 < 4.11-r0); where only the fault tells two versions apart there is no order.
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p']
const NO_SUFFIX = SUFFIXES.indexOf('')

// In the order of apk's enum: where two versions part, the one whose next token comes later in this list is the smaller.
const KINDS = ['first', 'digits', 'letter', 'suffix', 'suffixNumber', 'hash', 'revision', 'end', 'unknown'] as const
type Kind = (typeof KINDS)[number]

interface Token {
  readonly kind: Kind
  readonly value: string
}
export type ApkVersion = readonly Token[]

const END: Token = { kind: 'end', value: '' }
const UNKNOWN: Token = { kind: 'unknown', value: '' }
const PATTERN =
  /^([0-9]+)((?:\.[0-9]+)*)(?:([a-z])([0-9]*))?((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)(?![a-z])[0-9]*)*)(?:~([0-9a-f]+)(?![a-z]))?(?:-r([0-9]+))?/

function parse(text: string): ApkVersion | undefined {
  const match = text.length > MAX_VERSION_LENGTH || /\s/.test(text) ? null : PATTERN.exec(text)
  if (!match) return undefined
  const [whole, first = '', more = '', letter, afterLetter, suffixes = '', hash, revision] = match
  const tokens: Token[] = [{ kind: 'first', value: first }]
  for (const part of more.split('.').slice(1)) tokens.push({ kind: 'digits', value: part })
  if (letter) tokens.push({ kind: 'letter', value: letter })
  if (afterLetter) tokens.push({ kind: 'digits', value: afterLetter })
  for (const part of suffixes.split('_').slice(1)) {
    const name = part.replace(/[0-9]+$/, '')
    tokens.push({ kind: 'suffix', value: name })
    if (name !== part) tokens.push({ kind: 'suffixNumber', value: part.slice(name.length) })
  }
  if (hash) tokens.push({ kind: 'hash', value: hash })
  if (revision) tokens.push({ kind: 'revision', value: revision })
  tokens.push(whole.length < text.length ? UNKNOWN : END)
  return tokens
}

function compare(a: ApkVersion, b: ApkVersion): Ordering | undefined {
  for (let i = 0; ; i++) {
    const left = a[i] ?? END
    const right = b[i] ?? END
    if (left.kind === 'unknown' || right.kind === 'unknown') return undefined
    if (left.kind !== right.kind) return compareKinds(left, right)
    if (left.kind === 'end') return 0
    const order = compareTokens(left, right)
    if (order !== 0) return order
  }
}

function compareKinds(left: Token, right: Token): Ordering {
  if (isPreRelease(left)) return -1
  if (isPreRelease(right)) return 1
  return ordering(KINDS.indexOf(right.kind) - KINDS.indexOf(left.kind))
}

function isPreRelease(token: Token): boolean {
  return token.kind === 'suffix' && SUFFIXES.indexOf(token.value) < NO_SUFFIX
}

function compareTokens(left: Token, right: Token): Ordering {
  if (left.kind === 'suffix') return ordering(SUFFIXES.indexOf(left.value) - SUFFIXES.indexOf(right.value))
  if (left.kind === 'letter' || left.kind === 'hash') return compareText(left.value, right.value)
  // A part with a leading zero is a decimal fraction, as in Gentoo's rule: 1.01 < 1.1.
  const isFraction = left.kind === 'digits' && (left.value.startsWith('0') || right.value.startsWith('0'))
  return isFraction ? compareText(left.value, right.value) : compareDigits(left.value, right.value)
}

export const scheme: VersionScheme<ApkVersion> = { parse, compare }
