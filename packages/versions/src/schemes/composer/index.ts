// Composer versions: normalised by Composer\Semver\VersionParser, then in the order of PHP's version_compare.
import { compareDigits, MAX_VERSION_LENGTH, type Ordering, ordering, type VersionScheme } from '../../scheme.ts'

export interface ComposerVersion {
  /** Parts as version_compare sees them; a branch (`dev-main`) keeps its whole name. */
  readonly parts: readonly string[]
  readonly branch: string | undefined
}

// a digit at a time: several to a turn would be tried in every way there is
const MODIFIER = String.raw`[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d)*))?([.-]?dev)?`
const CLASSIC = new RegExp(String.raw`^v?(\d{1,5})(\.\d+)?(\.\d+)?(\.\d+)?${MODIFIER}$`, 'i')
// two more groups than Composer before 2.8 read: 2024.01.02.3.4
const DATE = new RegExp(String.raw`^v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})${MODIFIER}$`, 'i')
const NUMERIC_BRANCH = /^v?(\d+)(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?[.-]?dev$/i
const STABILITIES: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', p: 'patch', pl: 'patch', rc: 'RC' }

function parse(text: string): ComposerVersion | undefined {
  if (text.length > MAX_VERSION_LENGTH) return undefined
  const normal = normalise(text.trim())
  if (normal === undefined) return undefined
  if (normal.startsWith('dev-')) return { parts: [], branch: normal }
  return { parts: canonical(normal), branch: undefined }
}

function normalise(written: string): string | undefined {
  const named = written.replace(/^([^,\s]+) +as +([^,\s]+)$/, '$1').replace(/@(?:stable|rc|beta|alpha|dev)$/i, '')
  if (/^(?:master|trunk|default)$/.test(named)) return `dev-${named}`
  if (/^dev-/i.test(named)) return `dev-${named.slice(4)}`
  const text = named.replace(/^([^,\s+]+)\+\S+$/, '$1')
  const classic = CLASSIC.exec(text)
  if (classic) {
    const [, major = '0', minor = '.0', patch = '.0', build = '.0', ...modifier] = classic
    return withStability(`${major}${minor}${patch}${build}`, modifier)
  }
  const date = DATE.exec(text)
  if (date) return withStability((date[1] ?? '').replace(/\D/g, '.'), date.slice(2))
  const branch = NUMERIC_BRANCH.exec(text)
  if (!branch) return undefined
  const numbers = [0, 1, 2, 3].map((i) => branch[i + 1]?.replace('.', '').replace(/[x*]/i, '9999999') ?? '9999999')
  return `${numbers.join('.')}-dev`
}

function withStability(numbers: string, [stability, count = '', dev]: readonly (string | undefined)[]): string {
  const isStable = stability === undefined || stability === 'stable'
  const phase = stability?.toLowerCase() ?? ''
  // written in capitals it is kept, and comes before everything else: so does Composer
  const suffix = isStable ? '' : `-${STABILITIES[phase] ?? phase}${count.replace(/^[.-]+/, '')}`
  return `${numbers}${suffix}${dev && stability !== 'stable' ? '-dev' : ''}`
}

/** php_canonicalize_version: a dot between digits and the rest. */
function canonical(version: string): string[] {
  return version
    .replace(/[-_+]/g, '.')
    .replace(/(\d)([^\d.])/g, '$1.$2')
    .replace(/([^\d.])(\d)/g, '$1.$2')
    .split('.')
    .filter((part) => part !== '')
}

// compare_special_version_forms of ext/standard/versioning.c; a number stands as '#', anything else before all of these.
const FORMS = ['dev', 'alpha', 'a', 'beta', 'b', 'RC', 'rc', '#', 'pl', 'p']
const FORM_ORDER = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5]

function formRank(part: string): number {
  const index = FORMS.findIndex((form) => part.startsWith(form))
  return index < 0 ? -1 : (FORM_ORDER[index] ?? -1)
}

function isNumber(part: string): boolean {
  return /^\d/.test(part)
}

function comparePart(left: string, right: string): Ordering {
  if (isNumber(left) && isNumber(right)) return compareDigits(left, right)
  return ordering(formRank(isNumber(left) ? '#' : left) - formRank(isNumber(right) ? '#' : right))
}

/** The parts that one version has more: a number makes it newer, `dev` or `beta` older. */
function compareRest(part: string): Ordering {
  return isNumber(part) ? 1 : comparePart(part, '#')
}

function compare(a: ComposerVersion, b: ComposerVersion): Ordering {
  // branches have no order among each other; Composer puts them before every numbered version
  if (a.branch !== undefined || b.branch !== undefined) {
    return ordering(Number(a.branch === undefined) - Number(b.branch === undefined))
  }
  for (let i = 0; i < Math.max(a.parts.length, b.parts.length); i++) {
    const left = a.parts[i]
    const right = b.parts[i]
    const order =
      left === undefined
        ? ordering(-compareRest(right ?? '0'))
        : right === undefined
          ? compareRest(left)
          : comparePart(left, right)
    if (order !== 0) return order
  }
  return 0
}

export const scheme: VersionScheme<ComposerVersion> = { parse, compare }
