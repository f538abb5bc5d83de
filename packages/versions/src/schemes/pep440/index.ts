// Python versions by PEP 440 (packaging.python.org, "Version specifiers"), with the order of its reference implementation.
import {
  compareDigits,
  compareText,
  MAX_VERSION_LENGTH,
  type Ordering,
  ordering,
  type VersionScheme,
} from '../../scheme.ts'

export interface Pep440Version {
  readonly epoch: string
  /** Without trailing zeros. */
  readonly release: readonly string[]
  readonly pre: { readonly phase: 'a' | 'b' | 'rc'; readonly number: string } | undefined
  readonly post: string | undefined
  readonly dev: string | undefined
  readonly local: readonly string[] | undefined
}

// Appendix B of the PEP, as one expression without look-around.
const PATTERN =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/

const PHASES = { a: 'a', alpha: 'a', b: 'b', beta: 'b', c: 'rc', rc: 'rc', pre: 'rc', preview: 'rc' } as const

function parse(text: string): Pep440Version | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : PATTERN.exec(text.trim().toLowerCase())
  if (!match) return undefined
  const [, epoch = '0', release = '', phase, preNumber, implicitPost, postWord, postNumber, devWord, devNumber, local] =
    match
  return {
    epoch,
    release: withoutTrailingZeros(release.split('.')),
    pre: phase === undefined ? undefined : { phase: PHASES[phase as keyof typeof PHASES], number: preNumber || '0' },
    post: implicitPost ?? (postWord === undefined ? undefined : postNumber || '0'),
    dev: devWord === undefined ? undefined : devNumber || '0',
    local: local?.split(/[-_.]/),
  }
}

function withoutTrailingZeros(parts: readonly string[]): string[] {
  const kept = [...parts]
  while (kept.length > 0 && /^0*$/.test(kept.at(-1) ?? '')) kept.pop()
  return kept
}

function compare(a: Pep440Version, b: Pep440Version): Ordering {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareRelease(a.release, b.release) ||
    comparePre(a, b) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  )
}

function compareRelease(a: readonly string[], b: readonly string[]): Ordering {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareDigits(a[i] ?? '0', b[i] ?? '0')
    if (order !== 0) return order
  }
  return 0
}

/** A development release of the final comes before all pre-releases; a final or post release after them. */
function preRank(version: Pep440Version): number {
  if (version.pre) return 1
  return version.post === undefined && version.dev !== undefined ? 0 : 2
}

function comparePre(a: Pep440Version, b: Pep440Version): Ordering {
  if (!a.pre || !b.pre) return ordering(preRank(a) - preRank(b))
  return compareText(a.pre.phase, b.pre.phase) || compareDigits(a.pre.number, b.pre.number)
}

/** `absent`: where a missing part stands beside a present one. */
function compareOptional(a: string | undefined, b: string | undefined, absent: Ordering): Ordering {
  if (a === undefined && b === undefined) return 0
  if (a === undefined) return absent
  if (b === undefined) return ordering(-absent)
  return compareDigits(a, b)
}

/** No local version first; segment by segment, numbers after words, a longer one after its prefix. */
function compareLocal(a: readonly string[] | undefined, b: readonly string[] | undefined): Ordering {
  if (!a || !b) return ordering(Number(a !== undefined) - Number(b !== undefined))
  for (const [i, left] of a.entries()) {
    const right = b[i]
    if (right === undefined) return 1
    const leftIsNumber = /^\d+$/.test(left)
    const rightIsNumber = /^\d+$/.test(right)
    if (leftIsNumber !== rightIsNumber) return leftIsNumber ? 1 : -1
    const order = leftIsNumber ? compareDigits(left, right) : compareText(left, right)
    if (order !== 0) return order
  }
  return ordering(a.length - b.length)
}

export const scheme: VersionScheme<Pep440Version> = { parse, compare }
