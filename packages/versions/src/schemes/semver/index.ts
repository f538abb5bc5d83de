// Semantic Versioning 2.0.0 (semver.org), strict: three numbers, pre-release, build metadata that does not count.
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

export interface SemanticVersion {
  readonly core: readonly [string, string, string]
  readonly prerelease: readonly string[]
}

// The expression that the specification itself suggests, without the capture of build metadata.
const PATTERN =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

function parse(text: string): SemanticVersion | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : PATTERN.exec(text)
  if (!match) return undefined
  const [, major = '', minor = '', patch = '', prerelease] = match
  return { core: [major, minor, patch], prerelease: prerelease?.split('.') ?? [] }
}

function compare(a: SemanticVersion, b: SemanticVersion): Ordering {
  return (
    compareDigits(a.core[0], b.core[0]) ||
    compareDigits(a.core[1], b.core[1]) ||
    compareDigits(a.core[2], b.core[2]) ||
    comparePrerelease(a.prerelease, b.prerelease)
  )
}

/** Rule 11.3 and 11.4: a pre-release comes before its release; numbers before words; a longer list after its prefix. */
function comparePrerelease(a: readonly string[], b: readonly string[]): Ordering {
  if (a.length === 0 || b.length === 0) return ordering(b.length - a.length)
  for (const [i, left] of a.entries()) {
    const right = b[i]
    if (right === undefined) return 1
    const order = compareIdentifier(left, right)
    if (order !== 0) return order
  }
  return ordering(a.length - b.length)
}

function compareIdentifier(left: string, right: string): Ordering {
  const leftIsNumber = /^\d+$/.test(left)
  const rightIsNumber = /^\d+$/.test(right)
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
  return leftIsNumber ? compareDigits(left, right) : compareText(left, right)
}

export const scheme: VersionScheme<SemanticVersion> = { parse, compare }
