// Compiled rules: an event is asked about by those that its kind and what is seen of it at a glance leave possible.
import type { AuditEvent, EventType, KernelEvent } from '@yagura/schema'
import type { RuleContext } from '../contract/context.ts'
import type { Rule, RuleMatch, RuleSet } from '../contract/rule.ts'
import { createChooser } from './choice/chooser.ts'
import { facetsOf } from './choice/facets.ts'
import type { CompiledRule } from './compile.ts'
import type { PathClasses } from './path-class.ts'
import type { Subject, SubjectType } from './subject.ts'

const NOTHING: readonly RuleMatch[] = []

export function createRuleSet(
  rules: readonly Rule[],
  compiled: readonly ReadonlyMap<SubjectType, CompiledRule>[],
  classes: PathClasses,
): RuleSet {
  const choosers = new Map<SubjectType, (subject: Subject) => readonly CompiledRule[]>()
  for (const type of new Set(compiled.flatMap((one) => [...one.keys()]))) {
    const all = compiled.flatMap((one) => one.get(type) ?? [])
    choosers.set(type, createChooser(all, type === 'audit' ? [] : facetsOf(type, classes)))
  }
  const subject = { turn: 0 } as Subject

  function hold(one: CompiledRule, before: RuleMatch[] | undefined, type: SubjectType, id: string) {
    let eventIds: readonly string[]
    if (one.sequence) {
      const steps = one.sequence.state.advance(one.sequence.steps, subject)
      if (!steps) return before
      eventIds = steps
    } else {
      if (!one.test(subject)) return before
      eventIds = [id]
    }
    if (one.quiet && !one.quiet.mayTell(placeOf(subject, type), timeOf(subject, type))) return before
    const match: RuleMatch = { rule: one.rule, sentence: one.sentence(subject, type), eventIds }
    if (!before) return [match]
    before.push(match)
    return before
  }

  return {
    rules,
    eventTypes: new Set([...choosers.keys()].filter((type): type is EventType => type !== 'audit')),
    evaluate(event: KernelEvent, context: RuleContext) {
      const choose = choosers.get(event.type)
      if (!choose) return NOTHING
      subject.event = event
      subject.context = context
      subject.turn += 1
      const chosen = choose(subject)
      let matches: RuleMatch[] | undefined
      for (let index = 0; index < chosen.length; index++) {
        matches = hold(chosen[index] as CompiledRule, matches, event.type, event.id)
      }
      return matches ?? NOTHING
    },
    evaluateAudit(event: AuditEvent) {
      const choose = choosers.get('audit')
      if (!choose) return NOTHING
      subject.audit = event
      subject.turn += 1
      let matches: RuleMatch[] | undefined
      for (const one of choose(subject)) matches = hold(one, matches, 'audit', event.auditId)
      return matches ?? NOTHING
    },
  }
}

function timeOf({ event, audit }: Subject, type: SubjectType): number {
  return type === 'audit' ? audit.atMs : Date.parse(event.at)
}

/** For whom a rule was told: the container, or the user of the cluster. */
function placeOf({ event, audit }: Subject, type: SubjectType): string {
  return type === 'audit' ? audit.user : (event.containerId ?? 'host')
}
