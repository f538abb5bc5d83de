// A condition for one kind of event: tests whose answer is known for that kind are decided, and what remains is put in the order
// of cost. A rule is looked at only for the kinds it can be true for, and then only with the tests that matter.
import {
  type Comparison,
  type Condition,
  compileCondition,
  type Exists,
  type FieldUse,
  type Membership,
  printCondition,
} from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import type { RuleFields } from './fields/index.ts'
import type { SubjectType } from './subject.ts'
import { wantedNames } from './wanted.ts'

export interface Specialiser {
  /** The condition for one kind of event; the same object for the same meaning, whichever rule it comes from. */
  specialise(condition: Condition, type: SubjectType): Condition | boolean
  costOf(condition: Condition): number
}

/** What one part may cost and still be taken apart into the parts of the one around it. */
const MAX_FLATTENED_COST = 6

export function createSpecialiser(fields: RuleFields): Specialiser {
  const known = new Map<SubjectType, Map<Condition, Condition | boolean>>()
  const interned = new Map<string, Condition>()
  const numbers = new Map<Condition, number>()
  const costs = new Map<Condition, number>()

  /** Parts are compared by number, so that nothing long is written out twice. */
  function intern(condition: Condition): Condition {
    const key = keyOf(condition)
    const before = interned.get(key)
    if (before) return before
    interned.set(key, condition)
    numbers.set(condition, numbers.size)
    return condition
  }

  function keyOf(condition: Condition): string {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return `${condition.kind} ${condition.operands.map((operand) => numbers.get(operand)).join(' ')}`
      case 'not':
        return `not ${numbers.get(condition.operand)}`
      default:
        return `${condition.type} ${printCondition(condition)}`
    }
  }

  function costOf(condition: Condition): number {
    const before = costs.get(condition)
    if (before !== undefined) return before
    const cost = ownCost(condition)
    costs.set(condition, cost)
    return cost
  }

  function ownCost(condition: Condition): number {
    if (condition.kind === 'not') return costOf(condition.operand)
    if (condition.kind === 'and' || condition.kind === 'or')
      return condition.operands.reduce((sum, operand) => sum + costOf(operand), 0)
    const own = fields[condition.field]?.cost ?? 1
    return own + (condition.kind === 'exists' ? 0 : (OPERATOR_COSTS[condition.operator] ?? 1))
  }

  function specialise(condition: Condition, type: SubjectType): Condition | boolean {
    let ofType = known.get(type)
    if (!ofType) {
      ofType = new Map()
      known.set(type, ofType)
    }
    const before = ofType.get(condition)
    if (before !== undefined) return before
    const result = decide(condition, type)
    const shared = typeof result === 'boolean' ? result : intern(result)
    ofType.set(condition, shared)
    return shared
  }

  function decide(condition: Condition, type: SubjectType): Condition | boolean {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return combine(condition, type)
      case 'not': {
        const operand = specialise(condition.operand, type)
        if (typeof operand === 'boolean') return !operand
        return operand.kind === 'not' ? operand.operand : { kind: 'not', operand }
      }
      default: {
        const read = readerOf(condition, type, fields)
        if (read === undefined) return false
        if (typeof read === 'function') {
          if (isImpossible(condition, type)) return false
          return condition.kind === 'comparison' && condition.against && !readerOf(condition.against, type, fields)
            ? false
            : condition
        }
        if (condition.kind === 'comparison' && condition.against) return condition
        return compileCondition<null>(condition, () => () => read.constant, { regex: compileRegex })(null)
      }
    }
  }

  /** `evt.type = execve` of an event that is a link. */
  function isImpossible(test: Comparison | Membership | Exists, type: SubjectType): boolean {
    const possible = fields[test.field]?.possible?.(type)
    const wanted = possible && wantedNames(test)
    return wanted !== undefined && !wanted.some((name) => possible?.includes(name))
  }

  function combine(condition: Extract<Condition, { kind: 'and' | 'or' }>, type: SubjectType): Condition | boolean {
    const { kind } = condition
    const decides = kind === 'or'
    const operands = new Set<Condition>()
    for (const one of condition.operands) {
      const operand = specialise(one, type)
      if (operand === decides) return decides
      if (typeof operand === 'boolean') continue
      if (operand.kind === kind && (kind === 'and' || costOf(operand) <= MAX_FLATTENED_COST))
        for (const part of operand.operands) operands.add(part)
      else operands.add(operand)
    }
    const [first] = operands
    if (!first) return !decides
    if (operands.size === 1) return first
    return { kind, operands: [...operands].sort((a, b) => costOf(a) - costOf(b)) }
  }

  return { specialise, costOf }
}

export function readerOf({ field, argument }: FieldUse, type: SubjectType, fields: RuleFields) {
  return Object.hasOwn(fields, field) ? fields[field]?.reads(type, argument) : undefined
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
