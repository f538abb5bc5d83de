// A written rule → closures for each kind of event it can be true for.
import {
  type Condition,
  compileCondition,
  type FieldUse,
  type Getter,
  type Predicate,
  printCondition,
} from '@yagura/lang'
import { EVENT_TYPES } from '@yagura/schema'
import type { Rule } from '../contract/rule.ts'
import { boundBy } from './choice/bound.ts'
import type { Choosable } from './choice/chooser.ts'
import { type Facet, facetsOf } from './choice/facets.ts'
import type { RuleFields } from './fields/index.ts'
import { compileMaskTest } from './masks.ts'
import type { PathClasses } from './path-class.ts'
import { createQuiet, type Quiet } from './quiet.ts'
import { compileRegex } from './regex.ts'
import { createSequence, type SequenceBy, type SequenceState } from './sequence.ts'
import { readerOf, type Specialiser } from './specialise.ts'
import type { Subject, SubjectType } from './subject.ts'
import type { Sentence } from './template.ts'

/** A rule for one kind of event. */
export interface CompiledRule extends Choosable {
  readonly rule: Rule
  readonly sentence: Sentence
  readonly test: Predicate<Subject>
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
  readonly specialiser: Specialiser
  /** For each kind of event, what is compiled already. */
  readonly shared: Map<SubjectType, Shared>
}

export interface Shared {
  readonly facets: readonly Facet[]
  /** What a facet leaves of a condition, by its text. */
  readonly bounds: Map<string, Predicate<Subject>>
  readonly parts: Map<Condition, Predicate<Subject>>
  readonly reads: Map<string, Getter<Subject>>
}

export function compileRule(parts: RuleParts, settings: CompileSettings): Map<SubjectType, CompiledRule> {
  const { rule, sentence, conditions } = parts
  const types: readonly SubjectType[] = rule.source === 'audit' ? ['audit'] : EVENT_TYPES
  const quiet = parts.quietMs === undefined ? undefined : createQuiet(parts.quietMs)
  const compiled = new Map<SubjectType, CompiledRule>()
  if (parts.sequence) {
    const state = createSequence(conditions.length, parts.sequence.withinMs, parts.sequence.by)
    for (const type of types) {
      const special = conditions.map((one) => settings.specialiser.specialise(one, type))
      const steps = special.map((one) => compileFor(one, type, settings))
      if (steps.every((step) => step === undefined)) continue
      const test: Predicate<Subject> = (subject) => steps.some((step) => step?.(subject))
      const bounds = boundsOf(anyOf(special), type, settings)
      compiled.set(type, { rule, sentence, test, bounds, quiet, sequence: { state, steps } })
    }
    return compiled
  }
  const [condition] = conditions
  if (!condition) return compiled
  for (const type of types) {
    const special = settings.specialiser.specialise(condition, type)
    const test = compileFor(special, type, settings)
    if (!test) continue
    const bounds = boundsOf(special, type, settings)
    compiled.set(type, { rule, sentence, test, bounds, quiet, sequence: undefined })
  }
  return compiled
}

function compileFor(
  condition: Condition | boolean,
  type: SubjectType,
  settings: CompileSettings,
): Predicate<Subject> | undefined {
  if (condition === false) return undefined
  if (condition === true) return () => true
  const shared = sharedOf(type, settings)
  return compileCondition<Subject>(condition, (use) => readOf(use, type, settings.fields, shared), {
    regex: compileRegex,
    test: (test) => compileMaskTest(test, settings.classes),
    part: (part, make) => partOf(part, make, shared, settings.specialiser.costOf(part)),
  })
}

function sharedOf(type: SubjectType, { shared, classes }: CompileSettings): Shared {
  const known = shared.get(type)
  if (known) return known
  const facets = facetsOf(type, classes)
  const made: Shared = { facets, bounds: new Map(), parts: new Map(), reads: new Map() }
  shared.set(type, made)
  return made
}

/** Cheaper to work out again than to remember. */
const MIN_REMEMBERED_COST = 3
const MIN_REMEMBERED_READ = 2

/** A part that several rules have is asked once for an event. */
function partOf(part: Condition, make: () => Predicate<Subject>, { parts }: Shared, cost: number): Predicate<Subject> {
  const known = parts.get(part)
  if (known) return known
  const made = make()
  const remembered = cost < MIN_REMEMBERED_COST ? made : remember(made)
  parts.set(part, remembered)
  return remembered
}

function remember<T>(work: (subject: Subject) => T): (subject: Subject) => T {
  let turn = -1
  let result: T
  return (subject) => {
    if (turn !== subject.turn) {
      result = work(subject)
      turn = subject.turn
    }
    return result
  }
}

/** A field that is made of pieces is put together once for an event. */
function readOf(use: FieldUse, type: SubjectType, fields: RuleFields, { reads }: Shared): Getter<Subject> {
  const read = readerOf(use, type, fields)
  if (typeof read !== 'function') return () => read?.constant
  if ((fields[use.field]?.cost ?? 1) < MIN_REMEMBERED_READ) return read
  const key = printCondition({
    kind: 'exists',
    field: use.field,
    type: use.type,
    ...(use.argument === undefined ? {} : { argument: use.argument }),
  })
  const known = reads.get(key)
  if (known) return known
  const remembered = remember(read)
  reads.set(key, remembered)
  return remembered
}

function anyOf(conditions: readonly (Condition | boolean)[]): Condition | boolean {
  if (conditions.includes(true)) return true
  return { kind: 'or', operands: conditions.filter((one) => typeof one !== 'boolean') }
}

/** What each facet says about the rule, as closures; most say nothing. */
function boundsOf(condition: Condition | boolean, type: SubjectType, settings: CompileSettings): Choosable['bounds'] {
  if (typeof condition === 'boolean' || type === 'audit') return []
  const shared = sharedOf(type, settings)
  return shared.facets.map((facet) => {
    const bound = boundBy(condition, facet)
    if (typeof bound === 'boolean') return undefined
    const key = printCondition(bound)
    const known = shared.bounds.get(key)
    if (known) return known
    const made = compileCondition<Subject>(bound, (use) => readOf(use, type, settings.fields, shared), {
      regex: compileRegex,
      test: (test) => compileMaskTest(test, settings.classes),
    })
    shared.bounds.set(key, made)
    return made
  })
}
