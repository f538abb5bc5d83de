// The type of an expression, and the first thing in it that can never be right: a clash of types, a field that a structure does not have.
// What names and functions there are is the compiler's to know (../compile); this comes after it.
import type { BinaryOperator, Expression } from '../ast.ts'
import { CelSyntaxError } from '../error.ts'
import { qualifiedName } from '../parser.ts'
import { CelUint, type CelValue, isBytes } from '../value.ts'
import { type Signature, signaturesOf } from './signatures.ts'
import {
  BOOL,
  DYN,
  fits,
  INT,
  joined,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  type StaticType,
  textOf,
  typeOf,
} from './type.ts'

export type Types = ReadonlyMap<string, StaticType>

type Call = Extract<Expression, { kind: 'call' }>

/** Throws CelSyntaxError. */
export function typeOfTree(tree: Expression, types: Types): StaticType {
  switch (tree.kind) {
    case 'literal':
      return typeOfLiteral(tree.value)
    case 'identifier':
      return types.get(tree.name) ?? DYN
    case 'select':
      return selection(tree, types)
    case 'index':
      return element(tree, types)
    case 'unary':
      return unary(tree, types)
    case 'binary':
      return binary(tree.operator, typeOfTree(tree.left, types), typeOfTree(tree.right, types), tree.at)
    case 'conditional':
      return conditional(tree, types)
    case 'list':
      return listOf(common(tree.items.map(({ value, optional }) => item(value, optional, types))))
    case 'map':
      return mapOf(
        common(tree.entries.map(({ key }) => typeOfTree(key, types))),
        common(tree.entries.map(({ value, optional }) => item(value, optional, types))),
      )
    case 'call':
      return call(tree, types)
  }
}

function clash(message: string, at: number): never {
  throw new CelSyntaxError(message, at)
}

function typeOfLiteral(value: CelValue): StaticType {
  if (value === null) return typeOf('null')
  if (typeof value === 'bigint') return INT
  if (typeof value === 'number') return typeOf('double')
  if (typeof value === 'string') return STRING
  if (typeof value === 'boolean') return BOOL
  if (value instanceof CelUint) return typeOf('uint')
  return isBytes(value) ? typeOf('bytes') : DYN
}

const WITHOUT_FIELDS = new Set('bool int uint double string bytes list null timestamp duration'.split(' '))

function selection(tree: Extract<Expression, { kind: 'select' }>, types: Types): StaticType {
  if (tree.operand.kind === 'identifier' && !types.has(tree.operand.name)) return DYN
  const operand = typeOfTree(tree.operand, types)
  const inner = operand.kind === 'optional' ? (operand.parameters[0] ?? DYN) : operand
  const found = fieldOf(inner, tree)
  return tree.optional || operand.kind === 'optional' ? optionalOf(found) : found
}

function fieldOf(type: StaticType, { field, at }: { field: string; at: number }): StaticType {
  if (type.fields) return type.fields.get(field) ?? clash(`${type.kind} has no field ${field}.`, at)
  if (type.kind === 'map') return type.parameters[1] ?? DYN
  if (WITHOUT_FIELDS.has(type.kind)) clash(`There is no field ${field} in a value of type ${textOf(type)}.`, at)
  return DYN
}

function element(tree: Extract<Expression, { kind: 'index' }>, types: Types): StaticType {
  const operand = typeOfTree(tree.operand, types)
  const place = typeOfTree(tree.index, types)
  const inner = operand.kind === 'optional' ? (operand.parameters[0] ?? DYN) : operand
  const [first = DYN, second = DYN] = inner.parameters
  if (inner.kind === 'list' && !isNumber(place))
    clash(`A list has no element at a value of type ${textOf(place)}.`, tree.at)
  if (inner.kind === 'map' && !fits(place, first) && !(isNumber(place) && isNumber(first)))
    clash(`A map with keys of type ${textOf(first)} has none of type ${textOf(place)}.`, tree.at)
  if (inner.kind !== 'list' && WITHOUT_FIELDS.has(inner.kind))
    clash(`A value of type ${textOf(inner)} has no elements.`, tree.at)
  const found = inner.kind === 'list' ? first : inner.kind === 'map' ? second : DYN
  return tree.optional || operand.kind === 'optional' ? optionalOf(found) : found
}

function isNumber({ kind }: StaticType): boolean {
  return kind === 'dyn' || kind === 'int' || kind === 'uint' || kind === 'double'
}

function isBool(type: StaticType): boolean {
  return fits(type, BOOL)
}

function unary({ operator, operand, at }: Extract<Expression, { kind: 'unary' }>, types: Types): StaticType {
  const type = typeOfTree(operand, types)
  if (operator === '!') return isBool(type) ? BOOL : clash(`! is not for a value of type ${textOf(type)}.`, at)
  if (type.kind !== 'int' && type.kind !== 'double' && type.kind !== 'dyn')
    clash(`- is not for a value of type ${textOf(type)}.`, at)
  return type
}

const ARITHMETIC: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  '+': [
    ['string', 'string', 'string'],
    ['bytes', 'bytes', 'bytes'],
    ['list', 'list', 'list'],
    ['timestamp', 'duration', 'timestamp'],
    ['duration', 'timestamp', 'timestamp'],
    ['duration', 'duration', 'duration'],
  ],
  '-': [
    ['timestamp', 'timestamp', 'duration'],
    ['timestamp', 'duration', 'timestamp'],
    ['duration', 'duration', 'duration'],
  ],
}
const NUMBERS = ['int', 'uint', 'double'].map((kind) => [kind, kind, kind] as const)
const ORDERED = new Set('bool int uint double string bytes timestamp duration dyn'.split(' '))

function binary(operator: BinaryOperator, left: StaticType, right: StaticType, at: number): StaticType {
  const wrong = () => clash(`${operator} is not for ${textOf(left)} and ${textOf(right)}.`, at)
  switch (operator) {
    case '&&':
    case '||':
      return isBool(left) && isBool(right) ? BOOL : wrong()
    case '==':
    case '!=':
      return joined(left, right) ? BOOL : wrong()
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (!ORDERED.has(left.kind) || !ORDERED.has(right.kind)) return wrong()
      return fits(left, right) || (isNumber(left) && isNumber(right)) ? BOOL : wrong()
    case 'in':
      if (right.kind === 'list' || right.kind === 'map') {
        const [wanted = DYN] = right.parameters
        return fits(left, wanted) || (isNumber(left) && isNumber(wanted)) ? BOOL : wrong()
      }
      return right.kind === 'dyn' || right.fields ? BOOL : wrong()
    default:
      return arithmetic(operator, left, right) ?? wrong()
  }
}

function arithmetic(operator: BinaryOperator, left: StaticType, right: StaticType): StaticType | undefined {
  if (left.kind === 'list' && right.kind === 'list' && operator === '+')
    return listOf(joined(left, right)?.parameters[0] ?? DYN)
  const numbers = operator === '%' ? NUMBERS.slice(0, 2) : NUMBERS
  const possible = [...numbers, ...(ARITHMETIC[operator] ?? [])].filter(
    ([a, b]) => (left.kind === 'dyn' || left.kind === a) && (right.kind === 'dyn' || right.kind === b),
  )
  const results = new Set(possible.map(([, , result]) => result))
  const [only] = results
  if (only === undefined) return undefined
  return results.size === 1 && only !== 'list' ? typeOf(only) : results.size === 1 ? listOf(DYN) : DYN
}

function conditional(tree: Extract<Expression, { kind: 'conditional' }>, types: Types): StaticType {
  const test = typeOfTree(tree.test, types)
  if (!isBool(test)) clash(`A value of type ${textOf(test)} decides nothing.`, tree.at)
  const [then, otherwise] = [typeOfTree(tree.then, types), typeOfTree(tree.otherwise, types)]
  return joined(then, otherwise) ?? clash(`It is either ${textOf(then)} or ${textOf(otherwise)}.`, tree.at)
}

function item(value: Expression, optional: boolean, types: Types): StaticType {
  const type = typeOfTree(value, types)
  if (!optional) return type
  if (type.kind !== 'optional' && type.kind !== 'dyn')
    clash(`An optional value is wanted after ?, not one of type ${textOf(type)}.`, value.at)
  return type.parameters[0] ?? DYN
}

/** Of the items of a literal together. They may be of several types, as those that format() is given are. */
function common(items: readonly StaticType[]): StaticType {
  const [first = DYN, ...others] = items
  return others.reduce((all, one) => joined(all, one) ?? DYN, first)
}

function call(tree: Call, types: Types): StaticType {
  const { name, target, at } = tree
  if (target === null) {
    if (name === 'has' && tree.arguments.length === 1) {
      typeOfTree(tree.arguments[0] as Expression, types)
      return BOOL
    }
    if (name === 'dyn') {
      for (const one of tree.arguments) typeOfTree(one, types)
      return DYN
    }
    return chosen(name, signaturesOf(name, false), tree.arguments, types, at)
  }
  if (target.kind === 'identifier' && target.name === 'cel' && name === 'bind' && tree.arguments.length === 3)
    return bound(tree, types)
  const prefix = qualifiedName(target)
  const isNamespace = prefix !== undefined && !types.has(prefix.split('.', 1)[0] ?? '')
  if (isNamespace) {
    if (prefix === 'optional') return optionalFunction(tree, types)
    return chosen(`${prefix}.${name}`, signaturesOf(`${prefix}.${name}`, false), tree.arguments, types, at)
  }
  return macro(tree, types) ?? chosen(name, signaturesOf(name, true), [target, ...tree.arguments], types, at)
}

function optionalFunction({ name, arguments: given }: Call, types: Types): StaticType {
  const [value = DYN] = given.map((one) => typeOfTree(one, types))
  return optionalOf(name === 'of' || name === 'ofNonZeroValue' ? value : DYN)
}

function chosen(
  name: string,
  signatures: readonly Signature[] | undefined,
  given: readonly Expression[],
  types: Types,
  at: number,
): StaticType {
  const values = given.map((one) => typeOfTree(one, types))
  if (!signatures) return DYN
  const possible = signatures.filter(
    ({ takes }) => takes.length === values.length && takes.every((one, index) => fits(values[index] ?? DYN, one)),
  )
  const [first] = possible
  if (!first)
    clash(
      `${name}() is not for ${values.map(textOf).join(', ')}; there is ${signatures.map(({ text }) => text).join('; ')}.`,
      at,
    )
  return possible.every(({ gives }) => gives.kind === first.gives.kind) ? first.gives : DYN
}

function withNames(types: Types, names: readonly (readonly [Expression | undefined, StaticType])[]): Types {
  const inner = new Map(types)
  for (const [name, type] of names) if (name?.kind === 'identifier') inner.set(name.name, type)
  return inner
}

function bound({ arguments: [name, value, body] }: Call, types: Types): StaticType {
  return typeOfTree(body as Expression, withNames(types, [[name, typeOfTree(value as Expression, types)]]))
}

const LOOPS = new Set(
  'all exists exists_one existsOne filter map sortBy transformList transformMap transformMapEntry'.split(' '),
)

/** undefined where it is no macro. */
function macro(tree: Call, types: Types): StaticType | undefined {
  const { name, target, arguments: given, at } = tree
  if (name === 'optMap' || name === 'optFlatMap') {
    const operand = typeOfTree(target as Expression, types)
    if (operand.kind !== 'optional' && operand.kind !== 'dyn')
      clash(`${name}() is for an optional value, not for ${textOf(operand)}.`, at)
    const body = typeOfTree(given[1] as Expression, withNames(types, [[given[0], operand.parameters[0] ?? DYN]]))
    return name === 'optMap' ? optionalOf(body) : body
  }
  if (name === 'or' || name === 'orValue') {
    const operand = typeOfTree(target as Expression, types)
    if (operand.kind !== 'optional' && operand.kind !== 'dyn')
      clash(`${name}() is for an optional value, not for ${textOf(operand)}.`, at)
    const [inner = DYN] = operand.parameters
    const other = typeOfTree(given[0] as Expression, types)
    return name === 'or'
      ? (joined(operand, other) ?? clash(`${textOf(other)} is no other way to ${textOf(operand)}.`, at))
      : (joined(inner, other) ?? clash(`It is either ${textOf(inner)} or ${textOf(other)}.`, at))
  }
  if (!LOOPS.has(name) || given.length < 2) return undefined
  return loop(tree, types)
}

function loop({ name, target, arguments: given, at }: Call, types: Types): StaticType {
  const range = typeOfTree(target as Expression, types)
  if (range.kind !== 'list' && range.kind !== 'map' && range.kind !== 'dyn' && !range.fields)
    clash(`There is nothing to go through in a value of type ${textOf(range)}.`, at)
  const isMap = range.kind === 'map'
  const [first = DYN, second = DYN] = range.parameters
  const one = range.kind === 'list' || isMap ? first : DYN
  const isTransform = name.startsWith('transform')
  const isPair = isTransform || (name !== 'map' && given.length === 3)
  const inner = withNames(
    types,
    isPair
      ? [
          [given[0], isMap ? first : range.kind === 'list' ? INT : DYN],
          [given[1], isMap ? second : one],
        ]
      : [[given[0], one]],
  )
  const bodies = given.slice(isPair ? 2 : 1).map((body) => typeOfTree(body, inner))
  const body = bodies.at(-1) ?? DYN
  const conditions = name === 'map' || isTransform ? bodies.slice(0, -1) : name === 'sortBy' ? [] : bodies
  for (const condition of conditions)
    if (!isBool(condition)) clash(`A condition is true or false, not of type ${textOf(condition)}.`, at)
  switch (name) {
    case 'filter':
      return listOf(one)
    case 'sortBy':
      return range
    case 'map':
    case 'transformList':
      return listOf(body)
    case 'transformMap':
      return mapOf(isMap ? first : INT, body)
    case 'transformMapEntry':
      return mapOf(DYN, DYN)
    default:
      return BOOL
  }
}
