// Compiled rules, found by the kind of an event. Most events end after one look at the kind of their path.
import type { AuditEvent, EventType, KernelEvent } from '@yagura/schema'
import type { RuleContext } from '../contract/context.ts'
import type { Rule, RuleMatch, RuleSet } from '../contract/rule.ts'
import type { CompiledRule } from './compile.ts'
import { CLASS_FIELDS } from './fields/own.ts'
import { baseName } from './fields/text.ts'
import type { ClassMask, PathClasses } from './path-class.ts'
import type { Subject, SubjectType } from './subject.ts'

interface Shelf {
  /** Asked for every event. */
  readonly general: readonly CompiledRule[]
  /** Asked where the program, or its process, has one of these names. */
  readonly named: ReadonlyMap<string, readonly CompiledRule[]>
  /** Asked only where the path of the event has a kind at all; and the same of the new path of a rename or link. */
  readonly ofPaths: ByClass
  readonly ofNewPaths: ByClass
}

/** Rules for the kinds that a path has; found once for each combination of kinds. */
interface ByClass {
  readonly size: number
  rulesFor(mask: ClassMask): readonly CompiledRule[]
}

const MAX_COMBINATIONS = 4096

function byClass(rules: readonly CompiledRule[], needsOf: (rule: CompiledRule) => ClassMask | undefined): ByClass {
  const known = new Map<ClassMask, readonly CompiledRule[]>()
  return {
    size: rules.length,
    rulesFor(mask) {
      const before = known.get(mask)
      if (before) return before
      const found = rules.filter((rule) => {
        const needs = needsOf(rule)
        return needs !== undefined && ((needs.low & mask.low) !== 0 || (needs.high & mask.high) !== 0)
      })
      if (known.size >= MAX_COMBINATIONS) known.clear()
      known.set(mask, found)
      return found
    },
  }
}

function shelve(all: readonly CompiledRule[]): Shelf {
  const named = new Map<string, CompiledRule[]>()
  const rest = all.filter((one) => {
    if (one.needs.path || one.needs.newPath || !one.needs.names) return true
    for (const name of one.needs.names) {
      const known = named.get(name)
      if (known) known.push(one)
      else named.set(name, [one])
    }
    return false
  })
  return {
    general: rest.filter(({ needs }) => !needs.path && !needs.newPath),
    named,
    ofPaths: byClass(
      rest.filter(({ needs }) => needs.path),
      ({ needs }) => needs.path,
    ),
    ofNewPaths: byClass(
      rest.filter(({ needs }) => !needs.path && needs.newPath),
      ({ needs }) => needs.newPath,
    ),
  }
}

const NOTHING: readonly RuleMatch[] = []

export function createRuleSet(
  rules: readonly Rule[],
  compiled: readonly ReadonlyMap<SubjectType, CompiledRule>[],
  classes: PathClasses,
): RuleSet {
  const shelves = new Map<SubjectType, Shelf>()
  for (const type of new Set(compiled.flatMap((one) => [...one.keys()]))) {
    const all = compiled.flatMap((one) => one.get(type) ?? [])
    shelves.set(type, shelve(all))
  }
  const subject = { turn: 0 } as Subject
  const classOf = CLASS_FIELDS['file.class']
  const newClassOf = CLASS_FIELDS['file.newclass']

  function ask(type: SubjectType, shelf: Shelf, id: string, atMs: () => number) {
    let matches: RuleMatch[] | undefined
    for (const one of shelf.general) matches = hold(one, matches, type, id, atMs)
    return matches
  }

  function askNamed(shelf: Shelf, event: KernelEvent, before: RuleMatch[] | undefined, atMs: () => number) {
    let matches = before
    const exe = baseName(event.exe)
    const ofExe = shelf.named.get(exe)
    if (ofExe) for (const one of ofExe) matches = hold(one, matches, event.type, event.id, atMs)
    const ofCommand = event.command === exe ? undefined : shelf.named.get(event.command)
    if (!ofCommand) return matches
    for (const one of ofCommand) if (!ofExe?.includes(one)) matches = hold(one, matches, event.type, event.id, atMs)
    return matches
  }

  function askPath(
    rules: ByClass,
    path: string | undefined,
    event: KernelEvent,
    before: RuleMatch[] | undefined,
    atMs: () => number,
  ) {
    if (path === undefined || rules.size === 0) return before
    const mask = classes.maskOf(path)
    if (mask.low === 0 && mask.high === 0) return before
    let matches = before
    for (const one of rules.rulesFor(mask)) matches = hold(one, matches, event.type, event.id, atMs)
    return matches
  }

  function hold(
    one: CompiledRule,
    matches: RuleMatch[] | undefined,
    type: SubjectType,
    id: string,
    atMs: () => number,
  ) {
    let eventIds: readonly string[] = NO_IDS
    if (one.sequence) {
      const steps = one.sequence.state.advance(one.sequence.steps, subject)
      if (!steps) return matches
      eventIds = steps
    } else {
      if (!one.test(subject)) return matches
      eventIds = [id]
    }
    if (one.quiet && !one.quiet.mayTell(placeOf(subject, type), atMs())) return matches
    const match: RuleMatch = { rule: one.rule, sentence: one.sentence(subject, type), eventIds }
    if (!matches) return [match]
    matches.push(match)
    return matches
  }

  return {
    rules,
    eventTypes: new Set([...shelves.keys()].filter((type): type is EventType => type !== 'audit')),
    evaluate(event: KernelEvent, context: RuleContext) {
      const shelf = shelves.get(event.type)
      if (!shelf) return NOTHING
      subject.event = event
      subject.context = context
      subject.turn += 1
      const atMs = () => Date.parse(event.at)
      let matches = ask(event.type, shelf, event.id, atMs)
      if (shelf.named.size > 0) matches = askNamed(shelf, event, matches, atMs)
      matches = askPath(shelf.ofPaths, classOf(event), event, matches, atMs)
      if (shelf.ofNewPaths.size > 0) matches = askPath(shelf.ofNewPaths, newClassOf(event), event, matches, atMs)
      return matches ?? NOTHING
    },
    evaluateAudit(event: AuditEvent) {
      const shelf = shelves.get('audit')
      if (!shelf) return NOTHING
      subject.audit = event
      subject.turn += 1
      return ask('audit', shelf, event.auditId, () => event.atMs) ?? NOTHING
    },
  }
}

const NO_IDS: readonly string[] = []

/** For whom a rule was told: the container, or the user of the cluster. */
function placeOf({ event, audit }: Subject, type: SubjectType): string {
  return type === 'audit' ? audit.user : (event.containerId ?? 'host')
}
