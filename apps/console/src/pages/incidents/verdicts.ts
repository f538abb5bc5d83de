// The verdicts by name, without the validators.
import type { IncidentVerdict } from '@yagura/schema'

export type { IncidentVerdict }

export const INCIDENT_VERDICTS = [
  'true-attack',
  'false-alarm',
  'benign-expected',
] as const satisfies readonly IncidentVerdict[]
