// A rule that was compiled, and what comes out when it holds.
import type {
  ActionKind,
  AuditEvent,
  EventType,
  KernelEvent,
  LocalisedText,
  Severity,
  SignalGrade,
  Tactic,
} from '@yagura/schema'
import type { RuleContext } from './context.ts'
import type { Tag } from './tags.ts'

export interface Rule {
  readonly id: string
  readonly name: string
  /** What an incident is called that this rule tells most of. */
  readonly title: LocalisedText
  readonly grade: SignalGrade
  readonly severity: Severity
  /** ATT&CK ids, the most fitting first. */
  readonly techniques: readonly string[]
  /** Tactics the techniques may stand for; the chain chooses by context. */
  readonly tactics: readonly Tactic[]
  readonly source: 'syscall' | 'network' | 'file' | 'audit'
  /** 0.3 (weak evidence) to 1 (cannot be anything else). */
  readonly confidence01: number
  /** Tags that the process, or the object of the event, gets when the rule holds. */
  readonly tags: readonly Tag[]
  /** What a policy may do when this rule holds; nothing happens unless a person switched it on. */
  readonly responses: readonly ActionKind[]
  /** Does the learnt profile make it silent? Rules of what is never ordinary say no. */
  readonly learnable: boolean
  readonly origin: 'yagura' | 'falco' | 'user'
}

export interface RuleMatch {
  readonly rule: Rule
  readonly sentence: LocalisedText
  /** Events that led here: of a sequence all steps, else the event alone. */
  readonly eventIds: readonly string[]
}

/** Rules compiled for use: events find theirs by type, fields are read only where a rule asks. */
export interface RuleSet {
  readonly rules: readonly Rule[]
  /** Types of events that some rule looks at. */
  readonly eventTypes: ReadonlySet<EventType>
  evaluate(event: KernelEvent, context: RuleContext): readonly RuleMatch[]
  /** Rules of the source k8s_audit. */
  evaluateAudit(event: AuditEvent): readonly RuleMatch[]
}
