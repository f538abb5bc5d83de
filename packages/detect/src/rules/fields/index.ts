// Every field that a rule may ask for.
import type { PathClasses } from '../path-class.ts'
import { auditFields } from './audit.ts'
import { eventFields } from './event.ts'
import type { RuleFields } from './field.ts'
import { fileFields } from './file.ts'
import { networkFields } from './network.ts'
import { ownFields } from './own.ts'
import { ownerFields } from './owner.ts'
import { processFields } from './processes.ts'

export type { Constant, Read, RuleField, RuleFields } from './field.ts'

export function ruleFields(classes: PathClasses): RuleFields {
  return {
    ...eventFields,
    ...processFields,
    ...fileFields,
    ...networkFields,
    ...ownerFields,
    ...auditFields,
    ...ownFields(classes),
  }
}
