// Lists and macros by name, each worked out once, when a condition first speaks of it.
import type { Result } from '@yagura/kernel'
import { type Budget, type Condition, ConditionError, parseCondition, type RuleNames } from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import { textList, type Words } from './collect.ts'
import type { RuleFields } from './fields/index.ts'

/** One condition as it is written, without what its macros stand for. */
export const CONDITION_BUDGET: Budget = { characters: 65_536, depth: 64, tests: 2048, values: 20_000 }
/** Tests of one condition with all its macros written out, each as often as it is used. */
export const MAX_EXPANDED_TESTS = 20_000
const MAX_ITEMS = 20_000
const MAX_NESTING = 64

export interface Names extends RuleNames {
  parse(text: string): Result<Condition, ConditionError>
}

/** `outer`: where names are looked for that are not among these. */
export function ruleNames(words: Words, fields: RuleFields, outer?: RuleNames): Names {
  const lists = new Map<string, readonly string[]>()
  const macros = new Map<string, Condition | ConditionError>()
  const open = new Set<string>()

  const names: Names = {
    list(name) {
      const known = lists.get(name)
      if (known) return known
      const written = words.lists.get(name)
      if (!written) return outer?.list(name)
      if (open.has(`list ${name}`)) throw new ConditionError(`The list ${name} contains itself.`, 0, 0)
      if (open.size > MAX_NESTING) throw new ConditionError(`More than ${MAX_NESTING} names in names.`, 0, 0)
      open.add(`list ${name}`)
      const items = textList(written.value.items).flatMap((item) => names.list(item) ?? [item])
      open.delete(`list ${name}`)
      if (items.length > MAX_ITEMS) throw new ConditionError(`The list ${name} has more than ${MAX_ITEMS} items.`, 0, 0)
      lists.set(name, items)
      return items
    },
    macro(name) {
      const known = macros.get(name)
      if (known instanceof ConditionError) throw known
      if (known) return known
      const written = words.macros.get(name)
      if (!written) return outer?.macro(name)
      if (open.has(`macro ${name}`)) throw new ConditionError(`The macro ${name} refers to itself.`, 0, 0)
      if (open.size > MAX_NESTING) throw new ConditionError(`More than ${MAX_NESTING} names in names.`, 0, 0)
      open.add(`macro ${name}`)
      const parsed = names.parse(String(written.value.condition ?? ''))
      open.delete(`macro ${name}`)
      const result = parsed.ok ? parsed.value : inMacro(name, parsed.error)
      macros.set(name, result)
      if (result instanceof ConditionError) throw result
      return result
    },
    parse: (text) => parseCondition(text, fields, { regex: compileRegex, rules: names, budget: CONDITION_BUDGET }),
  }
  return names
}

function inMacro(name: string, error: ConditionError): ConditionError {
  return new ConditionError(`In the macro ${name}: ${error.message}`, error.position, error.length, error.hint)
}

/** Tests that the condition stands for; saturates, because macros in macros grow without bound. */
export function countTests(condition: Condition, known = new Map<Condition, number>()): number {
  const before = known.get(condition)
  if (before !== undefined) return before
  let count = 1
  if (condition.kind === 'not') count = countTests(condition.operand, known)
  else if (condition.kind === 'and' || condition.kind === 'or') {
    count = 0
    for (const operand of condition.operands)
      count = Math.min(MAX_EXPANDED_TESTS + 1, count + countTests(operand, known))
  }
  known.set(condition, count)
  return count
}
