// Equality and order. Numbers of different types are equal where they are the same number; values of other different types are simply not
// equal (cel-spec, doc/langdef.md, "Equality" and "Ordering").
import { CelBudgetExceeded, noOverload } from './error.ts'
import type { Run } from './run.ts'
import {
  CelDuration,
  type CelKey,
  CelObject,
  CelOptional,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  isBytes,
  isList,
  isMap,
  typeName,
} from './value.ts'

export function equals(run: Run, left: CelValue, right: CelValue): boolean {
  if (left === right) return !Number.isNaN(left)
  if (typeof left === 'string' && typeof right === 'string') {
    run.budget -= left.length / 10
    return false
  }
  if (left === null || right === null || typeof left === 'boolean' || typeof right === 'boolean') return false
  if (typeof left === 'string' || typeof right === 'string') return false
  return equalsRest(run, left, right)
}

function equalsRest(run: Run, left: CelValue, right: CelValue): boolean {
  const number = numberOf(left)
  if (number !== undefined) {
    const other = numberOf(right)
    // biome-ignore lint/suspicious/noDoubleEquals: bigint and number compare by value only so
    return other !== undefined && number == other
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  if (--run.budget < 0) throw new CelBudgetExceeded()
  if (isList(left)) {
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((one, index) => equals(run, one, right[index] as CelValue))
    )
  }
  if (isMap(left)) {
    if (!isMap(right) || left.size !== right.size) return false
    for (const [key, value] of left) {
      const other = right.get(key)
      if (other === undefined || !equals(run, value, other)) return false
    }
    return true
  }
  if (isBytes(left)) return isBytes(right) && compareBytes(left, right) === 0
  if (left instanceof CelTimestamp) return right instanceof CelTimestamp && left.nanoseconds === right.nanoseconds
  if (left instanceof CelDuration) return right instanceof CelDuration && left.nanoseconds === right.nanoseconds
  if (left instanceof CelType) return right instanceof CelType && left.name === right.name
  if (left instanceof CelOptional) {
    if (!(right instanceof CelOptional)) return false
    if (left.value === undefined || right.value === undefined) return left.value === right.value
    return equals(run, left.value, right.value)
  }
  return (
    left instanceof CelObject && right instanceof CelObject && left.typeName === right.typeName && left.equals(right)
  )
}

function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return value instanceof CelUint ? value.value : undefined
}

/** Less than 0, 0, more than 0; undefined where a NaN is compared. Fails for types without an order, or of two kinds. */
export function compare(left: CelValue, right: CelValue): number | undefined {
  const number = numberOf(left)
  const other = numberOf(right)
  if (number !== undefined && other !== undefined) {
    if (Number.isNaN(number) || Number.isNaN(other)) return undefined
    return number < other ? -1 : number > other ? 1 : 0
  }
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (isBytes(left) && isBytes(right)) return compareBytes(left, right)
  if (
    (left instanceof CelTimestamp && right instanceof CelTimestamp) ||
    (left instanceof CelDuration && right instanceof CelDuration)
  )
    return left.nanoseconds < right.nanoseconds ? -1 : left.nanoseconds > right.nanoseconds ? 1 : 0
  throw noOverload(`comparison of ${typeName(left)} and ${typeName(right)}`)
}

/** By code points, as Go compares UTF-8; UTF-16 units differ from that only where surrogates meet U+E000 and above. */
function compareText(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = (left[at] as number) - (right[at] as number)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** A value as a key of a map, numbers of all types in one form; undefined for what can be no key. */
export function keyOf(value: CelValue): CelKey | undefined {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return value instanceof CelUint ? value.value : undefined
}

export function contains(run: Run, container: CelValue, element: CelValue): boolean {
  if (isMap(container)) {
    const key = keyOf(element)
    return key !== undefined && container.has(key)
  }
  if (!isList(container)) throw noOverload(`${typeName(element)} in ${typeName(container)}`)
  for (const one of container) {
    if (--run.budget < 0) throw new CelBudgetExceeded()
    if (equals(run, one, element)) return true
  }
  return false
}
