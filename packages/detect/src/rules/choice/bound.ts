// What is left of a condition for somebody who knows one facet of the event only: a condition that holds whenever the whole one
// can still hold. Every test of something else counts as unknown, and unknown is taken for what helps the condition.
import type { Condition } from '@yagura/lang'
import type { Facet } from './facets.ts'

/** true: the facet says nothing about it. */
export function boundBy(condition: Condition, { covers }: Facet): Condition | boolean {
  const known = [new Map<Condition, Condition | boolean>(), new Map<Condition, Condition | boolean>()] as const
  return bound(condition, true)

  /** Above the truth where unknown helps, below it where it does not: `not` turns the one into the other. */
  function bound(one: Condition, helps: boolean): Condition | boolean {
    const memory = known[helps ? 1 : 0]
    const before = memory.get(one)
    if (before !== undefined) return before
    const found = boundAnew(one, helps)
    memory.set(one, found)
    return found
  }

  function boundAnew(one: Condition, helps: boolean): Condition | boolean {
    if (one.kind === 'not') {
      const operand = bound(one.operand, !helps)
      return typeof operand === 'boolean' ? !operand : { kind: 'not', operand }
    }
    if (one.kind !== 'and' && one.kind !== 'or') return covers(one) ? one : helps
    const decides = one.kind === 'or'
    const operands = new Set<Condition>()
    for (const part of one.operands) {
      const operand = bound(part, helps)
      if (operand === decides) return decides
      if (typeof operand !== 'boolean') operands.add(operand)
    }
    const [first] = operands
    if (!first) return !decides
    return operands.size === 1 ? first : { kind: one.kind, operands: [...operands] }
  }
}
