// A field of the rule language: its type, and what reads it of each kind of event.
import type { FieldSpec, FieldValue } from '@yagura/lang'
import { EVENT_TYPES, type EventOf, type EventType } from '@yagura/schema'
import type { RuleContext } from '../../contract/context.ts'
import type { Subject, SubjectType } from '../subject.ts'

export type Read = (subject: Subject) => FieldValue
/** Always the same for this kind of event: tests of it are decided when the rule is compiled. */
export interface Constant {
  readonly constant: FieldValue
}

export interface RuleField extends FieldSpec {
  /** undefined: events of this kind have no such value, and every test of it is false. */
  readonly reads: (type: SubjectType, argument: string | undefined) => Read | Constant | undefined
  /** All values it can have for this kind of event, where they are few: a test for another one is false. */
  readonly possible?: (type: SubjectType) => readonly string[] | undefined
  /** Falco knows the field, the sensor does not fill it. */
  readonly unfilled?: true
  /** 1 for a number or a flag; more where reading costs more. Cheap tests go first. */
  readonly cost?: number
}
export type RuleFields = Readonly<Record<string, RuleField>>

type Spec = FieldSpec & { readonly cost?: number }

/** A field that every event of the kernel has. */
export function everywhere(spec: Spec, read: Read): RuleField {
  return { ...spec, reads: (type) => (type === 'audit' ? undefined : read) }
}

/** A field with an argument in brackets; `read` is made once for each use. */
export function withArgument(spec: Spec, read: (argument: string | undefined) => Read | undefined): RuleField {
  return { argument: 'needed', ...spec, reads: (type, argument) => (type === 'audit' ? undefined : read(argument)) }
}

export function constant(spec: Spec, value: FieldValue): RuleField {
  return { ...spec, reads: (type) => (type === 'audit' ? undefined : { constant: value }) }
}

type Readers = { readonly [Type in EventType]?: (event: EventOf<Type>, context: RuleContext) => FieldValue }

/** A field that some kinds of events have, each in its own way. */
export function ofEvents(spec: Spec, readers: Readers): RuleField {
  const table = new Map<SubjectType, Read>()
  for (const type of EVENT_TYPES) {
    const read = readers[type] as ((event: unknown, context: RuleContext) => FieldValue) | undefined
    if (read) table.set(type, (subject) => read(subject.event, subject.context))
  }
  return { ...spec, reads: (type) => table.get(type) }
}

export function unfilled(type: FieldSpec['type'] = 'string'): RuleField {
  return { type, argument: 'optional', unfilled: true, reads: () => undefined }
}
