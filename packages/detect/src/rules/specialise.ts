// A condition for one kind of event: tests whose answer is known for that kind are decided, and what remains is put in the order
// of cost. A rule is looked at only for the kinds it can be true for, and then only with the tests that matter.
import { type Condition, compileCondition, type FieldUse } from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import type { RuleFields } from './fields/index.ts'
import type { SubjectType } from './subject.ts'

export function specialise(condition: Condition, type: SubjectType, fields: RuleFields): Condition | boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return combine(condition, type, fields)
    case 'not': {
      const operand = specialise(condition.operand, type, fields)
      if (typeof operand === 'boolean') return !operand
      return operand.kind === 'not' ? operand.operand : { kind: 'not', operand }
    }
    default: {
      const read = readerOf(condition, type, fields)
      if (read === undefined) return false
      if (typeof read === 'function') {
        return condition.kind === 'comparison' && condition.against && !readerOf(condition.against, type, fields)
          ? false
          : condition
      }
      if (condition.kind === 'comparison' && condition.against) return condition
      return compileCondition<null>(condition, () => () => read.constant, { regex: compileRegex })(null)
    }
  }
}

export function readerOf({ field, argument }: FieldUse, type: SubjectType, fields: RuleFields) {
  return Object.hasOwn(fields, field) ? fields[field]?.reads(type, argument) : undefined
}

function combine(
  condition: Extract<Condition, { kind: 'and' | 'or' }>,
  type: SubjectType,
  fields: RuleFields,
): Condition | boolean {
  const { kind } = condition
  const decides = kind === 'or'
  const operands: Condition[] = []
  for (const one of condition.operands) {
    const operand = specialise(one, type, fields)
    if (operand === decides) return decides
    if (typeof operand === 'boolean') continue
    if (operand.kind === kind) operands.push(...operand.operands)
    else operands.push(operand)
  }
  const [first] = operands
  if (!first) return !decides
  if (operands.length === 1) return first
  const costs = new Map(operands.map((operand) => [operand, costOf(operand, fields)]))
  return { kind, operands: operands.toSorted((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0)) }
}

const OPERATOR_COSTS: Readonly<Record<string, number>> = {
  contains: 3,
  icontains: 12,
  endswith: 2,
  glob: 10,
  iglob: 16,
  regex: 60,
  pmatch: 8,
  bcontains: 6,
}

function costOf(condition: Condition, fields: RuleFields): number {
  if (condition.kind === 'not') return costOf(condition.operand, fields)
  if (condition.kind === 'and' || condition.kind === 'or')
    return condition.operands.reduce((sum, operand) => sum + costOf(operand, fields), 0)
  const own = fields[condition.field]?.cost ?? 1
  return own + (condition.kind === 'exists' ? 0 : (OPERATOR_COSTS[condition.operator] ?? 1))
}
