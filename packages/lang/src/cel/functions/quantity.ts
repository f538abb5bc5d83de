// Quantities of Kubernetes: 100m, 1.5Gi, 2e3 (apimachinery/pkg/api/resource/quantity.go says what they mean; apiserver/pkg/cel/library/
// quantity.go what CEL does with them). Kept exactly, as billionths; what is finer is rounded up, as Kubernetes does.
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, member, text } from '../function.ts'
import { CelObject, type CelValue, typeName } from '../value.ts'

const NANO = 1_000_000_000n
const MAX_INT = (1n << 63n) - 1n
const SYNTAX = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,3})?$/
const SUFFIXES: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1000n,
  m: 1_000_000n,
  k: NANO * 1000n,
  M: NANO * 1000n ** 2n,
  G: NANO * 1000n ** 3n,
  T: NANO * 1000n ** 4n,
  P: NANO * 1000n ** 5n,
  E: NANO * 1000n ** 6n,
  Ki: NANO << 10n,
  Mi: NANO << 20n,
  Gi: NANO << 30n,
  Ti: NANO << 40n,
  Pi: NANO << 50n,
  Ei: NANO << 60n,
}

export class CelQuantity extends CelObject {
  readonly typeName = 'kubernetes.Quantity'
  readonly nano: bigint
  constructor(nano: bigint) {
    super()
    this.nano = nano
  }

  equals(other: CelObject): boolean {
    return other instanceof CelQuantity && other.nano === this.nano
  }
}

export function parseQuantity(source: string): bigint | undefined {
  const found = source.length > 100 ? null : SYNTAX.exec(source)
  if (!found) return undefined
  const [, sign, number = '', suffix = ''] = found
  const [whole = '', fraction = ''] = number.split('.')
  let scale = SUFFIXES[suffix] ?? NANO
  let divisor = 10n ** BigInt(fraction.length)
  if (/^[eE]./.test(suffix)) {
    const power = Number(suffix.slice(1))
    if (power >= 0) scale = NANO * 10n ** BigInt(power)
    else divisor *= 10n ** BigInt(-power)
  }
  const product = BigInt(`${whole}${fraction}` || '0') * scale
  const nano = (product + divisor - 1n) / divisor
  return sign === '-' ? -nano : nano
}

function of(value: CelValue): bigint {
  if (value instanceof CelQuantity) return value.nano
  throw noOverload(`${typeName(value)} where a quantity is wanted`)
}

function isQuantity(value: CelValue): value is CelQuantity {
  return value instanceof CelQuantity
}

function isInteger(nano: bigint): boolean {
  const whole = nano / NANO
  return nano % NANO === 0n && whole <= MAX_INT && whole >= -MAX_INT - 1n
}

function asInteger(nano: bigint): bigint {
  if (!isInteger(nano)) throw new CelFailure('cannot convert the quantity to an integer')
  return nano / NANO
}

function addend(value: CelValue): bigint {
  return typeof value === 'bigint' ? value * NANO : of(value)
}

export const quantity: Library = {
  quantity: [
    global(1, (_, value) => {
      const nano = parseQuantity(text(value))
      if (nano === undefined) throw new CelFailure(`not a quantity: ${text(value).slice(0, 64)}`)
      return new CelQuantity(nano)
    }),
  ],
  isQuantity: [global(1, (_, value) => parseQuantity(text(value)) !== undefined)],
  isInteger: [member(1, isQuantity, (_, value) => isInteger(of(value)))],
  asInteger: [member(1, isQuantity, (_, value) => asInteger(of(value)))],
  asApproximateFloat: [member(1, isQuantity, (_, value) => Number(of(value)) / 1e9)],
  sign: [member(1, isQuantity, (_, value) => (of(value) > 0n ? 1n : of(value) < 0n ? -1n : 0n))],
  add: [member(2, isQuantity, (_, left, right) => new CelQuantity(of(left) + addend(right)))],
  sub: [member(2, isQuantity, (_, left, right) => new CelQuantity(of(left) - addend(right)))],
  compareTo: [member(2, isQuantity, (_, left, right) => order(of(left), of(right)))],
  isGreaterThan: [member(2, isQuantity, (_, left, right) => of(left) > of(right))],
  isLessThan: [member(2, isQuantity, (_, left, right) => of(left) < of(right))],
}

function order(left: bigint, right: bigint): bigint {
  return left < right ? -1n : left > right ? 1n : 0n
}
