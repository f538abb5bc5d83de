// Debian versions: [epoch:]upstream[-revision], by deb-version(7) and dpkg's lib/dpkg/{parsehelp,version}.c.
import { MAX_VERSION_LENGTH, type Ordering, ordering, type VersionScheme } from '../../scheme.ts'

export interface DpkgVersion {
  readonly epoch: number
  readonly upstream: string
  /** Empty where there is none, which compares like "0". */
  readonly revision: string
}

const UPSTREAM = /^[A-Za-z0-9.+\-~:]+$/
/** A colon is against the manual; dpkg compares it all the same. */
const REVISION = /^[A-Za-z0-9.+~:]+$/
const MAX_EPOCH = 2_147_483_647

function parse(text: string): DpkgVersion | undefined {
  const trimmed = text.length > MAX_VERSION_LENGTH ? '' : text.trim()
  const colon = trimmed.indexOf(':')
  const epochText = colon < 0 ? '0' : trimmed.slice(0, colon)
  const epoch = /^[0-9]+$/.test(epochText) ? Number(epochText) : Number.NaN
  if (!(epoch <= MAX_EPOCH)) return undefined

  const rest = trimmed.slice(colon + 1)
  const hyphen = rest.lastIndexOf('-')
  const upstream = hyphen < 0 ? rest : rest.slice(0, hyphen)
  const revision = hyphen < 0 ? '' : rest.slice(hyphen + 1)
  if (!UPSTREAM.test(upstream)) return undefined
  if (hyphen >= 0 && !REVISION.test(revision)) return undefined
  return { epoch, upstream, revision }
}

function compare(a: DpkgVersion, b: DpkgVersion): Ordering {
  if (a.epoch !== b.epoch) return ordering(a.epoch - b.epoch)
  return comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision)
}

/** Weight of one character of a non-digit run: tilde before the end of the part, letters before all the rest. */
function weight(code: number): number {
  if (Number.isNaN(code) || isDigit(code)) return 0
  if (code === 0x7e) return -1
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return isLetter ? code : code + 256
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** dpkg's verrevcmp: runs of non-digits and of digits in turn. charCodeAt past the end is NaN and weighs as the end. */
function comparePart(a: string, b: string): Ordering {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const difference = weight(a.charCodeAt(i)) - weight(b.charCodeAt(j))
      if (difference !== 0) return ordering(difference)
      i++
      j++
    }
    while (a.charCodeAt(i) === 0x30) i++
    while (b.charCodeAt(j) === 0x30) j++
    let firstDifference = 0
    while (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      firstDifference ||= a.charCodeAt(i) - b.charCodeAt(j)
      i++
      j++
    }
    if (isDigit(a.charCodeAt(i))) return 1
    if (isDigit(b.charCodeAt(j))) return -1
    if (firstDifference !== 0) return ordering(firstDifference)
  }
  return 0
}

export const scheme: VersionScheme<DpkgVersion> = { parse, compare }
