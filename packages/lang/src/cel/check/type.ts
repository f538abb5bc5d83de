// Types of expressions before they are evaluated. What is not known is dyn, and fits everything: only what can never be right is refused
// (cel-spec, doc/langdef.md, "Gradual Type Checking").

export interface StaticType {
  readonly kind: string
  /** Element of a list or optional; key and value of a map. */
  readonly parameters: readonly StaticType[]
  /** How deep parameters are nested in it; 0 where it has none. */
  readonly depth?: number
  /** Of a structure with a fixed set of fields, such as `request`. */
  readonly fields?: ReadonlyMap<string, StaticType>
}

function simple(kind: string): StaticType {
  return { kind, parameters: [] }
}

const SIMPLE = new Map(
  `dyn bool int uint double string bytes null type timestamp duration
  URL IP CIDR Quantity Semver NamedFormat Authorizer PathCheck GroupCheck ResourceCheck Decision`
    .split(/\s+/)
    .map((kind) => [kind, simple(kind)]),
)

/** A type without parameters, by its name. */
export function typeOf(kind: string): StaticType {
  return SIMPLE.get(kind) ?? simple(kind)
}

export const DYN = typeOf('dyn')
export const BOOL = typeOf('bool')
export const INT = typeOf('int')
export const STRING = typeOf('string')

/** Deeper than this a type is not followed: that of {a: a} doubles with every step, and nobody writes such a thing in earnest. */
const MAX_DEPTH = 6

function parametric(kind: string, parameters: readonly StaticType[]): StaticType {
  const depth = 1 + Math.max(...parameters.map(depthOf))
  return { kind, parameters: parameters.map((one) => (depthOf(one) < MAX_DEPTH ? one : DYN)), depth }
}

function depthOf({ depth = 0 }: StaticType): number {
  return depth
}

export function listOf(element: StaticType): StaticType {
  return parametric('list', [element])
}

export function mapOf(key: StaticType, value: StaticType): StaticType {
  return parametric('map', [key, value])
}

export function optionalOf(value: StaticType): StaticType {
  return parametric('optional', [value])
}

export function structure(name: string, fields: Readonly<Record<string, StaticType>>): StaticType {
  return { kind: name, parameters: [], fields: new Map(Object.entries(fields)) }
}

const PRIMITIVES = new Set('bool int uint double string bytes'.split(' '))

/** May a value of one stand where the other is wanted? */
export function fits(given: StaticType, wanted: StaticType): boolean {
  if (given.kind === 'dyn' || wanted.kind === 'dyn') return true
  if (given.kind === 'null') return !PRIMITIVES.has(wanted.kind)
  if (wanted.kind === 'null') return !PRIMITIVES.has(given.kind)
  // a structure is read as a map where functions want one
  if (given.fields && wanted.kind === 'map') return true
  if (given.kind !== wanted.kind) return false
  return given.parameters.every((one, index) => fits(one, wanted.parameters[index] ?? DYN))
}

/** The type of what is one or the other; undefined where nothing can be both. */
export function joined(left: StaticType, right: StaticType): StaticType | undefined {
  if (!fits(left, right)) return undefined
  if (left.kind === 'dyn' || right.kind === 'dyn') return DYN
  if (left.kind === 'null') return right
  if (right.kind === 'null') return left
  return {
    ...left,
    parameters: left.parameters.map((one, index) => joined(one, right.parameters[index] ?? DYN) ?? DYN),
  }
}

export function textOf({ kind, parameters }: StaticType): string {
  return parameters.length === 0 ? kind : `${kind}(${parameters.map(textOf).join(', ')})`
}

/** `list(string)`, `map(string, dyn)`, `optional(int)`, or a plain name. */
export function parseType(text: string): StaticType {
  const [, kind = text, inside] = /^(\w+)\((.*)\)$/.exec(text) ?? []
  if (inside === undefined) {
    if (kind === 'list' || kind === 'optional') return parametric(kind, [DYN])
    return kind === 'map' ? mapOf(DYN, DYN) : typeOf(kind)
  }
  return parametric(kind, inside.split(', ').map(parseType))
}
