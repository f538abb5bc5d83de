// Semantic versions in CEL (apiserver/pkg/cel/library/semverlib.go); order by semver.org 2.0.0, section 11.
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, member, text } from '../function.ts'
import { CelObject, type CelValue, typeName } from '../value.ts'

const NUMBER = '(0|[1-9]\\d{0,18})'
const SYNTAX = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
)

export class CelSemver extends CelObject {
  readonly typeName = 'kubernetes.Semver'
  readonly numbers: readonly [bigint, bigint, bigint]
  readonly pre: readonly string[]

  constructor(numbers: readonly [bigint, bigint, bigint], pre: readonly string[]) {
    super()
    this.numbers = numbers
    this.pre = pre
  }

  equals(other: CelObject): boolean {
    return other instanceof CelSemver && compare(this, other) === 0
  }
}

/** `normalize` takes off a leading v and leading zeros, and adds missing parts. */
function parse(source: string, normalize: boolean): CelSemver | undefined {
  if (source.length > 256) return undefined
  const found = SYNTAX.exec(normalize ? normalized(source) : source)
  if (!found) return undefined
  const pre = found[4]?.split('.') ?? []
  if (pre.some((one) => /^0\d+$/.test(one))) return undefined
  return new CelSemver([BigInt(found[1] ?? 0), BigInt(found[2] ?? 0), BigInt(found[3] ?? 0)], pre)
}

function normalized(source: string): string {
  const [, core = '', rest = ''] = /^v?([^-+]*)(.*)$/s.exec(source) ?? []
  const parts = core.split('.').map((part) => (/^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, '') : part))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest
}

function compare(left: CelSemver, right: CelSemver): number {
  for (const index of [0, 1, 2] as const)
    if (left.numbers[index] !== right.numbers[index]) return left.numbers[index] < right.numbers[index] ? -1 : 1
  if (left.pre.length === 0 || right.pre.length === 0) return Math.sign(right.pre.length - left.pre.length)
  for (let index = 0; index < Math.min(left.pre.length, right.pre.length); index++) {
    const order = compareIdentifier(left.pre[index] ?? '', right.pre[index] ?? '')
    if (order !== 0) return order
  }
  return Math.sign(left.pre.length - right.pre.length)
}

function compareIdentifier(left: string, right: string): number {
  if (left === right) return 0
  const numeric = [/^\d+$/.test(left), /^\d+$/.test(right)]
  if (numeric[0] && numeric[1]) return BigInt(left) < BigInt(right) ? -1 : 1
  if (numeric[0] || numeric[1]) return numeric[0] ? -1 : 1
  return left < right ? -1 : 1
}

function of(value: CelValue): CelSemver {
  if (value instanceof CelSemver) return value
  throw noOverload(`${typeName(value)} where a version is wanted`)
}

function isSemver(value: CelValue): value is CelSemver {
  return value instanceof CelSemver
}

function make(source: string, normalize: boolean): CelSemver {
  const version = parse(source, normalize)
  if (!version) throw new CelFailure(`not a semantic version: ${source.slice(0, 64)}`)
  return version
}

export const semver: Library = {
  semver: [
    global(1, (_, source) => make(text(source), false)),
    global(2, (_, source, normalize) => make(text(source), normalize === true)),
  ],
  isSemver: [
    global(1, (_, source) => parse(text(source), false) !== undefined),
    global(2, (_, source, normalize) => parse(text(source), normalize === true) !== undefined),
  ],
  major: [member(1, isSemver, (_, value) => of(value).numbers[0])],
  minor: [member(1, isSemver, (_, value) => of(value).numbers[1])],
  patch: [member(1, isSemver, (_, value) => of(value).numbers[2])],
  compareTo: [member(2, isSemver, (_, left, right) => BigInt(compare(of(left), of(right))))],
  isGreaterThan: [member(2, isSemver, (_, left, right) => compare(of(left), of(right)) > 0)],
  isLessThan: [member(2, isSemver, (_, left, right) => compare(of(left), of(right)) < 0)],
}
