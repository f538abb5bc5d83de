// The conformance tests of the language (github.com/google/cel-spec, as @bufbuild/cel-spec packs them): all that are not about messages of
// protocol buffers, which Kubernetes' objects never are. What differs stands below with its reason.
import { tests } from '@bufbuild/cel-spec/testdata/conformance.js'
import { expect, it } from 'vitest'
import { DYN } from './check/type.ts'
import { equals } from './equality.ts'
import { compileCel, createRun, evaluateCel } from './program.ts'
import { parseDuration, parseTimestamp } from './time.ts'
import { type CelKey, CelType, CelUint, type CelValue, typeName } from './value.ts'

type Json = Record<string, unknown>
interface Suite {
  readonly name: string
  readonly suites?: readonly Suite[]
  readonly tests?: readonly { readonly original: Json & { readonly name?: string; readonly expr: string } }[]
}

const MESSAGES = /TestAllTypes|google\.protobuf\.(?:Any|Struct|Value|ListValue|\w+Value)|cel\.expr|proto\.|\.protobuf\./

/** Beginnings of the names of tests that are meant to differ. */
const DIFFERENT: readonly (readonly [string, string])[] = [
  ['block_ext/', 'cel.block is what the optimiser of cel-go writes; nobody writes it by hand'],
  [
    'basic/variables/unbound_is_runtime_error',
    'what is not declared is found when the expression is compiled, as in Kubernetes',
  ],
  ['basic/functions/unbound_is_runtime_error', 'the same'],
  ['parse/receiver_function_names/', 'the same: functions that are not there'],
  ['comparisons/lt_literal/not_lt_dyn_int_big_lossy_double', 'numbers are compared exactly, not after rounding'],
  ['comparisons/gt_literal/not_gt_dyn_big_double_int', 'the same'],
  ['comparisons/lte_literal/lte_dyn_big_double_int', 'the same'],
  ['comparisons/gte_literal/gte_dyn_int_big_lossy_double', 'the same'],
  [
    'optionals/optionals/map_null_entry_no_such_key',
    'a field of null is absent to `.?`, as in cel-go, which Kubernetes runs',
  ],
  ['optionals/optionals/map_present_key_invalid_field', 'the same'],
  ['string_ext/format/format_%f_halfway_truncate_to_nearest_even', 'halves are rounded up'],
]

function celOf(json: Json): CelValue | undefined {
  const [[kind, value] = ['', undefined]] = Object.entries(json)
  switch (kind) {
    case 'int64Value':
      return BigInt(value as string)
    case 'uint64Value':
      return new CelUint(BigInt(value as string))
    case 'doubleValue':
      return Number(value)
    case 'stringValue':
    case 'boolValue':
      return value as string | boolean
    case 'nullValue':
      return null
    case 'bytesValue':
      return Uint8Array.from(atob(value as string), (one) => one.charCodeAt(0))
    case 'typeValue':
      return new CelType(value as string)
    case 'listValue':
      return ((value as Json).values as Json[] | undefined)?.map((one) => celOf(one) as CelValue) ?? []
    case 'mapValue':
      return mapOf(((value as Json).entries as { key: Json; value: Json }[] | undefined) ?? [])
    case 'objectValue':
      return objectOf(value as { '@type': string; value: string })
    default:
      return undefined
  }
}

function mapOf(entries: readonly { key: Json; value: Json }[]): CelValue {
  const map = new Map<CelKey, CelValue>()
  for (const entry of entries) {
    const key = celOf(entry.key)
    map.set((key instanceof CelUint ? key.value : key) as CelKey, celOf(entry.value) as CelValue)
  }
  return map
}

function objectOf(object: { '@type': string; value: string }): CelValue | undefined {
  if (object['@type'].endsWith('Timestamp')) return parseTimestamp(object.value)
  return object['@type'].endsWith('Duration') ? parseDuration(object.value) : undefined
}

/** undefined: not a test for us; else whether it passes. */
function passes(test: Json & { readonly expr: string }): boolean | undefined {
  if (MESSAGES.test(test.expr) || test.container || test.checkOnly || test.unknown) return undefined
  const bindings = Object.entries((test.bindings ?? {}) as Record<string, { value: Json }>)
  const variables = new Map(bindings.map(([name, { value }]) => [name, celOf(value)] as const))
  const names = [...variables.keys(), ...((test.typeEnv ?? []) as { name: string }[]).map(({ name }) => name)]
  const fails = test.evalError !== undefined || test.anyEvalErrors !== undefined
  const typed = (test.typedResult as { result?: Json } | undefined)?.result
  if (test.typedResult !== undefined && typed === undefined) return undefined
  const wanted = celOf((typed ?? test.value ?? { boolValue: true }) as Json)
  if (names.some((name) => name.includes('.')) || wanted === undefined || [...variables.values()].includes(undefined))
    return undefined
  const program = compileCel(test.expr, names)
  const result = program.ok ? evaluateCel(program.value, createRun(variables as Map<string, CelValue>)) : program
  if (fails || !result.ok) return fails && !result.ok
  if (typeof wanted === 'number' && Number.isNaN(wanted)) return Number.isNaN(result.value)
  return typeName(result.value) === typeName(wanted) && equals(createRun(new Map()), result.value, wanted)
}

function* all(suite: Suite, path: readonly string[]): Generator<readonly [string, boolean]> {
  for (const { original } of suite.tests ?? []) {
    const passed = passes(original)
    if (passed !== undefined) yield [[...path, original.name].join('/'), passed]
  }
  for (const inner of suite.suites ?? []) yield* all(inner, [...path, inner.name])
}

/** Types are dyn where the test declares no value. What has a value by the rules of types is never refused. */
function refused({ suites = [], tests: own = [] }: Suite): string[] {
  const here = own.flatMap(({ original: test }) => {
    if (MESSAGES.test(test.expr) || test.container || test.unknown || test.disableCheck || test.evalError) return []
    const names = [
      ...Object.keys((test.bindings ?? {}) as Json),
      ...((test.typeEnv ?? []) as { name: string }[]).map(({ name }) => name),
    ]
    if (!compileCel(test.expr, names).ok) return []
    const program = compileCel(test.expr, new Map(names.map((name) => [name, DYN])))
    return program.ok ? [] : [`${test.expr}: ${program.error.message}`]
  })
  return [...here, ...suites.flatMap(refused)]
}

it('refuses by types nothing that has a value', () => {
  expect(refused(tests as unknown as Suite)).toEqual([])
})

it('gives the values of the specification', () => {
  const judged = [...all(tests as unknown as Suite, [])]
  const different = judged.filter(([name, passed]) => !passed && !DIFFERENT.some(([start]) => name.startsWith(start)))
  expect(different.map(([name]) => name)).toEqual([])
  expect(judged.filter(([, passed]) => passed).length).toBeGreaterThan(1570)
  for (const [start] of DIFFERENT)
    expect(
      judged.some(([name, passed]) => !passed && name.startsWith(start)),
      start,
    ).toBe(true)
})
