// Whether an agent said goodbye before it fell silent, and the incident that its silence became.
import type { Migration } from './migration.ts'

export const silence: Migration = {
  name: '0007-silence',
  statements: [`alter table agents add column goodbye_at timestamptz, add column silence_incident text collate "C"`],
}
