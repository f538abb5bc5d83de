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
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/i

function parse(text: string): NugetVersion | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : PATTERN.exec(text.trim())
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', revision = '0', labels] = match
  return { numbers: [major, minor, patch, revision], labels: labels?.toLowerCase().split('.') ?? [] }
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

function compareLabel(left: string, right: string): Ordering {
  const leftIsNumber = /^\d+$/.test(left)
  const rightIsNumber = /^\d+$/.test(right)
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
  return leftIsNumber ? compareDigits(left, right) : compareText(left, right)
}

export const scheme: VersionScheme<NugetVersion> = { parse, compare }
