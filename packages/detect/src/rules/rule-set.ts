// Compiled rules, found by the kind of an event. Most events end after one look at the kind of their path.
import type { EventType, KernelEvent } from '@yagura/schema'
import type { AuditEvent } from '../contract/audit.ts'
import type { RuleContext } from '../contract/context.ts'
import type { Rule, RuleMatch, RuleSet } from '../contract/rule.ts'
import type { CompiledRule } from './compile.ts'
import { CLASS_FIELDS } from './fields/own.ts'
import type { PathClasses } from './path-class.ts'
import type { Subject, SubjectType } from './subject.ts'

interface Shelf {
  readonly general: readonly CompiledRule[]
  /** Asked only where the path of the event has a kind at all. */
  readonly ofPaths: readonly CompiledRule[]
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
    shelves.set(type, { general: all.filter(({ needs }) => !needs), ofPaths: all.filter(({ needs }) => needs) })
  }
  const subject = {} as Subject
  const classOf = CLASS_FIELDS['file.class']

  function ask(type: SubjectType, shelf: Shelf, path: string | undefined, id: string, atMs: () => number) {
    let matches: RuleMatch[] | undefined
    for (const one of shelf.general) matches = hold(one, matches, type, id, atMs)
    if (path === undefined || shelf.ofPaths.length === 0) return matches ?? NOTHING
    const { low, high } = classes.maskOf(path)
    if (low === 0 && high === 0) return matches ?? NOTHING
    for (const one of shelf.ofPaths) {
      const needs = one.needs
      if (needs && ((needs.low & low) !== 0 || (needs.high & high) !== 0)) matches = hold(one, matches, type, id, atMs)
    }
    return matches ?? NOTHING
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
      return ask(event.type, shelf, classOf(event), event.id, () => Date.parse(event.at))
    },
    evaluateAudit(event: AuditEvent) {
      const shelf = shelves.get('audit')
      if (!shelf) return NOTHING
      subject.audit = event
      return ask('audit', shelf, undefined, event.auditId, () => event.atMs)
    },
  }
}

const NO_IDS: readonly string[] = []

/** For whom a rule was told: the container, or the user of the cluster. */
function placeOf({ event, audit }: Subject, type: SubjectType): string {
  return type === 'audit' ? audit.user : (event.containerId ?? 'host')
}
