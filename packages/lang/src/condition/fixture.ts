// Fields and conditions that the tests of this folder share.
import fc from 'fast-check'
import type { Condition, Scalar } from './ast.ts'
import { type Fields, operatorsOf } from './fields.ts'

export const fields: Fields = {
  severity: { type: 'severity' },
  asset: { type: 'string', description: 'name of the asset' },
  kind: { type: 'string', values: ['vulnerability', 'secret', 'mistake'] },
  'proc.name': { type: 'string' },
  port: { type: 'number' },
  privileged: { type: 'boolean' },
  firstSeenAt: { type: 'time' },
  tags: { type: 'list' },
  path: { type: 'string' },
}

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('and', 'NOT', 'or', '(', '"', "'", '\\', 'a b', '', '*.so', '/etc/passwd', 'ключ', 'in', '3'),
)

function anyValueOf(type: string, values: readonly string[] | undefined, operator: string): fc.Arbitrary<Scalar> {
  if (type === 'number')
    return fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    )
  if (type === 'boolean') return fc.boolean()
  if (type === 'severity') return fc.constantFrom('unknown', 'negligible', 'low', 'medium', 'high', 'critical')
  if (type === 'time') return fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString())
  return values && ['=', '!=', 'in'].includes(operator) ? fc.constantFrom(...values) : text
}

const test: fc.Arbitrary<Condition> = fc
  .constantFrom(
    ...Object.entries(fields).flatMap(([name, spec]) => operatorsOf(spec).map((op) => ({ name, spec, op }))),
  )
  .chain(({ name, spec, op }): fc.Arbitrary<Condition> => {
    const base = { field: name, type: spec.type }
    if (op === 'exists') return fc.constant({ kind: 'exists', ...base })
    const value = anyValueOf(spec.type, spec.values, op)
    if (op === 'in' || op === 'intersects' || op === 'pmatch') {
      const values = fc.array(value, { minLength: 1, maxLength: 4 })
      return values.map((list) => ({ kind: 'membership', ...base, operator: op, values: list }))
    }
    return value.map((one) => ({ kind: 'comparison', ...base, operator: op, value: one }))
  })

/** Any condition that the parser can make. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    test,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => ({ kind: 'and' as const, operands })),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => ({ kind: 'or' as const, operands })),
    tie('node').map((operand) => ({ kind: 'not' as const, operand })),
  ),
})).node
