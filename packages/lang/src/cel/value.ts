// Values of CEL in JavaScript: int is bigint, double is number, uint, bytes, timestamp and the like have classes, maps are Maps.
// So 1, 1u and 1.0 stay apart, 64 bits are exact, and a key called __proto__ is a key like any other.
// Language definition: github.com/google/cel-spec/blob/master/doc/langdef.md

export type CelKey = string | bigint | boolean
export type CelMap = ReadonlyMap<CelKey, CelValue>
export type CelList = readonly CelValue[]
export type CelValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | Uint8Array
  | CelList
  | CelMap
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelType
  | CelOptional
  | CelObject

export class CelUint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

export class CelTimestamp {
  /** Since 1970-01-01T00:00:00Z. */
  readonly nanoseconds: bigint
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds
  }
}

export class CelDuration {
  readonly nanoseconds: bigint
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds
  }
}

export class CelType {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

export class CelOptional {
  static readonly none = new CelOptional(undefined)
  readonly value: CelValue | undefined
  constructor(value: CelValue | undefined) {
    this.value = value
  }
}

/** A value of a library: url, IP, quantity and so on. */
export abstract class CelObject {
  abstract readonly typeName: string
  abstract equals(other: CelObject): boolean
  /** What string() makes of it; undefined where it has no such conversion. */
  text(): string | undefined {
    return undefined
  }
}

export function isList(value: CelValue): value is CelList {
  return Array.isArray(value)
}

export function isMap(value: CelValue): value is CelMap {
  return value instanceof Map
}

export function isBytes(value: CelValue): value is Uint8Array {
  return value instanceof Uint8Array
}

export function typeName(value: CelValue): string {
  if (value === null) return 'null_type'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
  }
  if (isList(value)) return 'list'
  if (isMap(value)) return 'map'
  if (isBytes(value)) return 'bytes'
  if (value instanceof CelUint) return 'uint'
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp'
  if (value instanceof CelDuration) return 'google.protobuf.Duration'
  if (value instanceof CelType) return 'type'
  if (value instanceof CelOptional) return 'optional_type'
  return value.typeName
}

const SMALL = Array.from({ length: 1024 }, (_, index) => BigInt(index))

/** A count as an int, without making a new bigint for the usual ones. */
export function intOf(count: number): bigint {
  return SMALL[count] ?? BigInt(count)
}
