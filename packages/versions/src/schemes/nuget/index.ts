// NuGet versions: SemVer 2.0.0 with one to four numbers, leading zeros, and labels without regard to case
// (learn.microsoft.com, "Package versioning"; NuGet.Versioning's VersionComparer).
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

export interface NugetVersion {
  readonly numbers: readonly [string, string, string, string]
  /** Lower case. */
  readonly labels: readonly string[]
}

const PATTERN =
  /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

function parse(text: string): NugetVersion | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : PATTERN.exec(text.trim())
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', revision = '0', labelText] = match
  const labels = labelText?.toLowerCase().split('.') ?? []
  if (labels.some((label) => /^0\d+$/.test(label))) return undefined
  return { numbers: [major, minor, patch, revision], labels }
}

function compare(a: NugetVersion, b: NugetVersion): Ordering {
  for (const [i, left] of a.numbers.entries()) {
    const order = compareDigits(left, b.numbers[i] ?? '0')
    if (order !== 0) return order
  }
  if (a.labels.length === 0 || b.labels.length === 0) return ordering(b.labels.length - a.labels.length)
  for (const [i, left] of a.labels.entries()) {
    const right = b.labels[i]
    if (right === undefined) return 1
    const order = compareLabel(left, right)
    if (order !== 0) return order
  }
  return ordering(a.labels.length - b.labels.length)
}

const MAX_NUMBER = '2147483647'

/** A number that does not fit 32 bits, such as a time stamp, is a word. */
function isNumber(label: string): boolean {
  return /^\d+$/.test(label) && compareDigits(label, MAX_NUMBER) <= 0
}

function compareLabel(left: string, right: string): Ordering {
  if (isNumber(left) !== isNumber(right)) return isNumber(left) ? -1 : 1
  return isNumber(left) ? compareDigits(left, right) : compareText(left, right)
}

export const scheme: VersionScheme<NugetVersion> = { parse, compare }
