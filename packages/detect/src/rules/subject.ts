// What a condition of a rule is asked about: one event with its surroundings, or one line of the Kubernetes audit log.
import type { AuditEvent, KernelEvent } from '@yagura/schema'
import type { RuleContext } from '../contract/context.ts'

/** One object is used for all events of a rule set, so that nothing is allocated for an event that no rule wants. */
export interface Subject {
  event: KernelEvent
  context: RuleContext
  audit: AuditEvent
  /** Counts the events: what was worked out for one is not worked out again. */
  turn: number
}

/** Kinds of things that rules look at. */
export type SubjectType = KernelEvent['type'] | 'audit'
