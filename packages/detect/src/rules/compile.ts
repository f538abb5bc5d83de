// A written rule → closures for each kind of event it can be true for.
import {
  type Condition,
  compileCondition,
  type FieldUse,
  type Getter,
  type Predicate,
  printCondition,
} from '@yagura/lang'
import { compileRegex } from '@yagura/lang/regex'
import { EVENT_TYPES } from '@yagura/schema'
import type { Rule } from '../contract/rule.ts'
import type { RuleFields } from './fields/index.ts'
import { compileMaskTest } from './masks.ts'
import type { ClassMask, PathClasses } from './path-class.ts'
import { createQuiet, type Quiet } from './quiet.ts'
import { createSequence, type SequenceBy, type SequenceState } from './sequence.ts'
import { readerOf, type Specialiser } from './specialise.ts'
import type { Subject, SubjectType } from './subject.ts'
import type { Sentence } from './template.ts'
import { wantedNames } from './wanted.ts'

export interface Needs {
  /** Kinds of its path, or of its new path. */
  readonly path?: ClassMask | undefined
  readonly newPath?: ClassMask | undefined
  /** Names of the program or the process. */
  readonly names?: ReadonlySet<string> | undefined
}

/** A rule for one kind of event. */
export interface CompiledRule {
  readonly rule: Rule
  readonly sentence: Sentence
  readonly test: Predicate<Subject>
  /** What an event must have for the rule to be worth asking. */
  readonly needs: Needs
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
      const steps = conditions.map((one) => compileFor(settings.specialiser.specialise(one, type), type, settings))
      if (steps.every((step) => step === undefined)) continue
      const test: Predicate<Subject> = (subject) => steps.some((step) => step?.(subject))
      compiled.set(type, { rule, sentence, test, needs: {}, quiet, sequence: { state, steps } })
    }
    return compiled
  }
  const [condition] = conditions
  if (!condition) return compiled
  for (const type of types) {
    const special = settings.specialiser.specialise(condition, type)
    const test = compileFor(special, type, settings)
    if (!test) continue
    const needs = typeof special === 'boolean' ? {} : needsOf(special, settings.classes)
    compiled.set(type, { rule, sentence, test, needs, quiet, sequence: undefined })
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

function sharedOf(type: SubjectType, { shared }: CompileSettings): Shared {
  const known = shared.get(type)
  if (known) return known
  const made: Shared = { parts: new Map(), reads: new Map() }
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

function needsOf(condition: Condition, classes: PathClasses): Needs {
  const path = namesNeeded(condition, PATH_FIELD)
  const newPath = namesNeeded(condition, NEW_PATH_FIELD)
  return {
    path: path && classes.maskNamed([...path]),
    newPath: newPath && classes.maskNamed([...newPath]),
    names: namesNeeded(condition, NAME_FIELDS),
  }
}

const PATH_FIELD: ReadonlySet<string> = new Set(['file.class'])
const NEW_PATH_FIELD: ReadonlySet<string> = new Set(['file.newclass'])
const NAME_FIELDS: ReadonlySet<string> = new Set(['exe.name', 'proc.name'])

/** Values of which one of the fields must have one for the condition to hold; undefined where it may hold without. */
function namesNeeded(condition: Condition, fields: ReadonlySet<string>): ReadonlySet<string> | undefined {
  if (condition.kind === 'not') return undefined
  if (condition.kind === 'and') {
    const all = condition.operands.flatMap((operand) => namesNeeded(operand, fields) ?? [])
    return all.reduce<ReadonlySet<string> | undefined>(
      (best, one) => (best && best.size <= one.size ? best : one),
      undefined,
    )
  }
  if (condition.kind === 'or') {
    const all = condition.operands.map((operand) => namesNeeded(operand, fields))
    return all.every((one) => one !== undefined) ? new Set(all.flatMap((one) => [...one])) : undefined
  }
  const names = fields.has(condition.field) ? wantedNames(condition) : undefined
  return names && new Set(names)
}
