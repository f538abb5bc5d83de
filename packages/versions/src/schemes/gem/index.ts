// RubyGems versions, by Gem::Version (lib/rubygems/version.rb).
import { compareDigits, compareText, MAX_VERSION_LENGTH, type Ordering, type VersionScheme } from '../../scheme.ts'

/** Runs of digits and of letters, without the zeros that do not count. */
export type GemVersion = readonly string[]

const PATTERN = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

function parse(text: string): GemVersion | undefined {
  const trimmed = text.length > MAX_VERSION_LENGTH ? 'x' : text.trim()
  if (trimmed === '') return [] // Gem::Version takes no version for 0
  if (!PATTERN.test(trimmed)) return undefined
  const segments = trimmed.replaceAll('-', '.pre.').match(/[0-9]+|[a-zA-Z]+/g) ?? []
  const firstWord = segments.findIndex((segment) => !isNumber(segment))
  const split = firstWord < 0 ? segments.length : firstWord
  return [...withoutTrailingZeros(segments.slice(0, split)), ...withoutTrailingZeros(segments.slice(split))]
}

function withoutTrailingZeros(segments: readonly string[]): readonly string[] {
  let end = segments.length
  while (end > 0 && /^0+$/.test(segments[end - 1] ?? '')) end--
  return segments.slice(0, end)
}

function isNumber(segment: string): boolean {
  return /^[0-9]/.test(segment)
}

function compare(a: GemVersion, b: GemVersion): Ordering {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i] ?? '0'
    const right = b[i] ?? '0'
    if (isNumber(left) !== isNumber(right)) return isNumber(left) ? 1 : -1
    const order = isNumber(left) ? compareDigits(left, right) : compareText(left, right)
    if (order !== 0) return order
  }
  return 0
}

export const scheme: VersionScheme<GemVersion> = { parse, compare }
