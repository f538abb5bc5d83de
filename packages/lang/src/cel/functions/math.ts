// Math extension of cel-go (ext, "Math"), and base64.
import { int64, uint64 } from '../arithmetic.ts'
import { compare } from '../equality.ts'
import { CelFailure, noOverload } from '../error.ts'
import { global, integer, type Library, type Overload, text } from '../function.ts'
import { base64 } from '../json.ts'
import { charge, chargeText } from '../run.ts'
import { CelUint, type CelValue, isBytes, isList, typeName } from '../value.ts'

function extreme(values: readonly CelValue[], sign: 1 | -1): CelValue {
  if (values.length === 0) throw new CelFailure('math.greatest or math.least of nothing')
  for (const one of values)
    if (typeof one !== 'bigint' && typeof one !== 'number' && !(one instanceof CelUint))
      throw noOverload(`math.greatest or math.least of ${typeName(one)}`)
  return values.reduce((best, one) => ((compare(one, best) ?? 0) * sign > 0 ? one : best))
}

function extremes(sign: 1 | -1): Overload[] {
  return [
    global(1, (run, value) => {
      if (isList(value)) charge(run, value.length)
      return isList(value) ? extreme(value, sign) : extreme([value], sign)
    }),
    global(2, (_, a, b) => extreme([a, b], sign)),
    global(3, (_, a, b, c) => extreme([a, b, c], sign)),
    global(4, (_, a, b, c, d) => extreme([a, b, c, d], sign)),
  ]
}

function rounding(name: string, change: (value: number) => number): Overload[] {
  return [
    global(1, (_, value) => {
      if (typeof value !== 'number') throw noOverload(`${name}(${typeName(value)})`)
      return change(value)
    }),
  ]
}

function question(name: string, ask: (value: number) => boolean): Overload[] {
  return [
    global(1, (_, value) => {
      if (typeof value !== 'number') throw noOverload(`${name}(${typeName(value)})`)
      return ask(value)
    }),
  ]
}

/** Away from zero at the half, as Go's math.Round. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value))
}

function abs(value: CelValue): CelValue {
  if (typeof value === 'number') return Math.abs(value)
  if (value instanceof CelUint) return value
  const whole = integer(value)
  return int64(whole < 0n ? -whole : whole)
}

function sign(value: CelValue): CelValue {
  if (typeof value === 'number') return Math.sign(value)
  if (value instanceof CelUint) return new CelUint(value.value === 0n ? 0n : 1n)
  const whole = integer(value)
  return whole > 0n ? 1n : whole < 0n ? -1n : 0n
}

function bits(name: string, apply: (left: bigint, right: bigint) => bigint): Overload[] {
  return [
    global(2, (_, left, right) => {
      if (left instanceof CelUint && right instanceof CelUint) return uint64(apply(left.value, right.value))
      if (typeof left === 'bigint' && typeof right === 'bigint') return int64(apply(left, right))
      throw noOverload(`${name}(${typeName(left)}, ${typeName(right)})`)
    }),
  ]
}

function shift(direction: 'left' | 'right'): Overload[] {
  return [
    global(2, (_, value, by) => {
      const count = integer(by)
      if (count < 0n) throw new CelFailure(`math.bitShift by ${count}`)
      const isUint = value instanceof CelUint
      const bitsOf = isUint ? value.value : BigInt.asUintN(64, integer(value))
      const moved = count > 63n ? 0n : direction === 'left' ? BigInt.asUintN(64, bitsOf << count) : bitsOf >> count
      return isUint ? new CelUint(moved) : BigInt.asIntN(64, moved)
    }),
  ]
}

function fromBase64(encoded: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new CelFailure('not base64')
  try {
    return Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0))
  } catch {
    throw new CelFailure('not base64')
  }
}

export const math: Library = {
  'math.greatest': extremes(1),
  'math.least': extremes(-1),
  'math.ceil': rounding('math.ceil', Math.ceil),
  'math.floor': rounding('math.floor', Math.floor),
  'math.round': [
    ...rounding('math.round', round),
    // Kyverno's: to so many digits after the point
    global(2, (_, value, digits) => {
      const number = typeof value === 'number' ? value : Number(integer(value))
      const scale = 10 ** Math.min(15, Math.max(0, Number(integer(digits))))
      return round(number * scale) / scale
    }),
  ],
  'math.trunc': rounding('math.trunc', Math.trunc),
  'math.sqrt': [global(1, (_, value) => Math.sqrt(value instanceof CelUint ? Number(value.value) : Number(value)))],
  'math.isNaN': question('math.isNaN', Number.isNaN),
  'math.isInf': question('math.isInf', (value) => value === Infinity || value === -Infinity),
  'math.isFinite': question('math.isFinite', Number.isFinite),
  'math.abs': [global(1, (_, value) => abs(value))],
  'math.sign': [global(1, (_, value) => sign(value))],
  'math.bitAnd': bits('math.bitAnd', (left, right) => left & right),
  'math.bitOr': bits('math.bitOr', (left, right) => left | right),
  'math.bitXor': bits('math.bitXor', (left, right) => left ^ right),
  'math.bitNot': [
    global(1, (_, value) =>
      value instanceof CelUint ? new CelUint(BigInt.asUintN(64, ~value.value)) : BigInt.asIntN(64, ~integer(value)),
    ),
  ],
  'math.bitShiftLeft': shift('left'),
  'math.bitShiftRight': shift('right'),
  'base64.encode': [
    global(1, (run, value) => {
      if (!isBytes(value)) throw noOverload(`base64.encode(${typeName(value)})`)
      charge(run, value.length / 10)
      return base64(value)
    }),
  ],
  'base64.decode': [
    global(1, (run, value) => {
      chargeText(run, text(value))
      return fromBase64(text(value))
    }),
  ],
}
