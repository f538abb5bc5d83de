// A written rule → closures for each kind of event it can be true for.
import { type Condition, compileCondition, type Predicate } from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import { EVENT_TYPES } from '@yagura/schema'
import type { Rule } from '../contract/rule.ts'
import type { RuleFields } from './fields/index.ts'
import { compileMaskTest, wantedNames } from './masks.ts'
import type { ClassMask, PathClasses } from './path-class.ts'
import { createQuiet, type Quiet } from './quiet.ts'
import { createSequence, type SequenceBy, type SequenceState } from './sequence.ts'
import { readerOf, specialise } from './specialise.ts'
import type { Subject, SubjectType } from './subject.ts'
import type { Sentence } from './template.ts'

/** A rule for one kind of event. */
export interface CompiledRule {
  readonly rule: Rule
  readonly sentence: Sentence
  readonly test: Predicate<Subject>
  /** The path of the event must have one of these kinds, or the rule need not be asked. */
  readonly needs: ClassMask | undefined
  readonly quiet: Quiet | undefined
  readonly sequence:
    | { readonly state: SequenceState; readonly steps: readonly (Predicate<Subject> | undefined)[] }
    | undefined
}

export interface RuleParts {
  readonly rule: Rule
  readonly sentence: Sentence
  /** One condition, or the steps of a sequence. */
  readonly conditions: readonly Condition[]
  readonly sequence: { readonly withinMs: number; readonly by: SequenceBy } | undefined
  readonly quietMs: number | undefined
}

export interface CompileSettings {
  readonly fields: RuleFields
  readonly classes: PathClasses
}

export function compileRule(parts: RuleParts, settings: CompileSettings): Map<SubjectType, CompiledRule> {
  const { rule, sentence, conditions } = parts
  const types: readonly SubjectType[] = rule.source === 'audit' ? ['audit'] : EVENT_TYPES
  const quiet = parts.quietMs === undefined ? undefined : createQuiet(parts.quietMs)
  const compiled = new Map<SubjectType, CompiledRule>()
  if (parts.sequence) {
    const state = createSequence(conditions.length, parts.sequence.withinMs, parts.sequence.by)
    for (const type of types) {
      const steps = conditions.map((one) => compileFor(specialise(one, type, settings.fields), type, settings))
      if (steps.every((step) => step === undefined)) continue
      const test: Predicate<Subject> = (subject) => steps.some((step) => step?.(subject))
      compiled.set(type, { rule, sentence, test, needs: undefined, quiet, sequence: { state, steps } })
    }
    return compiled
  }
  const [condition] = conditions
  if (!condition) return compiled
  for (const type of types) {
    const special = specialise(condition, type, settings.fields)
    const test = compileFor(special, type, settings)
    if (!test) continue
    const needs = typeof special === 'boolean' ? undefined : neededClasses(special, settings.classes)
    compiled.set(type, { rule, sentence, test, needs, quiet, sequence: undefined })
  }
  return compiled
}

function compileFor(
  condition: Condition | boolean,
  type: SubjectType,
  { fields, classes }: CompileSettings,
): Predicate<Subject> | undefined {
  if (condition === false) return undefined
  if (condition === true) return () => true
  return compileCondition<Subject>(
    condition,
    (use) => {
      const read = readerOf(use, type, fields)
      return typeof read === 'function' ? read : () => read?.constant
    },
    { regex: compileRegex, test: (test) => compileMaskTest(test, classes) },
  )
}

/** What `file.class` must be for the condition to hold: from a test of it that stands in the outermost `and`. */
function neededClasses(condition: Condition, classes: PathClasses): ClassMask | undefined {
  const operands = condition.kind === 'and' ? condition.operands : [condition]
  for (const one of operands) {
    if ((one.kind === 'comparison' || one.kind === 'membership') && one.field === 'file.class') {
      const names = wantedNames(one)
      if (names) return classes.maskNamed(names)
    }
  }
  return undefined
}
