// Arithmetic: 64 bits, and an error where Go would overflow; never a mix of number types (cel-spec, doc/langdef.md, "Numeric Values").
import type { BinaryOperator } from './ast.ts'
import { CelFailure, noOverload } from './error.ts'
import { charge, chargeText, type Run } from './run.ts'
import { duration, timestamp } from './time.ts'
import { CelDuration, CelTimestamp, CelUint, type CelValue, isBytes, isList, typeName } from './value.ts'

const MAX_INT = (1n << 63n) - 1n
const MIN_INT = -(1n << 63n)
const MAX_UINT = (1n << 64n) - 1n

export function int64(value: bigint): bigint {
  if (value > MAX_INT || value < MIN_INT) throw new CelFailure('integer overflow')
  return value
}

export function uint64(value: bigint): CelUint {
  if (value > MAX_UINT || value < 0n) throw new CelFailure('unsigned integer overflow')
  return new CelUint(value)
}

export function arithmetic(run: Run, operator: BinaryOperator, left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'bigint' && typeof right === 'bigint') return int64(integers(operator, left, right))
  if (typeof left === 'number' && typeof right === 'number') return doubles(operator, left, right)
  if (left instanceof CelUint && right instanceof CelUint) return uint64(integers(operator, left.value, right.value))
  if (operator === '+') return add(run, left, right)
  if (operator === '-') return subtract(left, right)
  throw refused(operator, left, right)
}

function refused(operator: BinaryOperator, left: CelValue, right: CelValue): CelFailure {
  return noOverload(`${typeName(left)} ${operator} ${typeName(right)}`)
}

function integers(operator: BinaryOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      if (right === 0n) throw new CelFailure('division by zero')
      return left / right
    default:
      if (right === 0n) throw new CelFailure('modulus by zero')
      return left % right
  }
}

function doubles(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    default:
      throw refused(operator, left, right)
  }
}

function add(run: Run, left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'string' && typeof right === 'string') {
    chargeText(run, left)
    chargeText(run, right)
    return left + right
  }
  if (isList(left) && isList(right)) {
    charge(run, left.length + right.length)
    return right.length === 0 ? left : left.length === 0 ? right : [...left, ...right]
  }
  if (isBytes(left) && isBytes(right)) {
    charge(run, (left.length + right.length) / 10)
    return Uint8Array.from([...left, ...right])
  }
  if (left instanceof CelTimestamp && right instanceof CelDuration)
    return timestamp(left.nanoseconds + right.nanoseconds)
  if (left instanceof CelDuration && right instanceof CelTimestamp)
    return timestamp(left.nanoseconds + right.nanoseconds)
  if (left instanceof CelDuration && right instanceof CelDuration) return duration(left.nanoseconds + right.nanoseconds)
  throw refused('+', left, right)
}

function subtract(left: CelValue, right: CelValue): CelValue {
  if (left instanceof CelTimestamp && right instanceof CelTimestamp)
    return duration(left.nanoseconds - right.nanoseconds)
  if (left instanceof CelTimestamp && right instanceof CelDuration)
    return timestamp(left.nanoseconds - right.nanoseconds)
  if (left instanceof CelDuration && right instanceof CelDuration) return duration(left.nanoseconds - right.nanoseconds)
  throw refused('-', left, right)
}

export function negate(value: CelValue): CelValue {
  if (typeof value === 'bigint') return int64(-value)
  if (typeof value === 'number') return -value
  throw noOverload(`-${typeName(value)}`)
}
