// Severities in order, apart from the contracts, so that code without zod can use them.

export const SEVERITIES = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]

/** Position in SEVERITIES: higher is worse. */
export function severityRank(value: Severity): number {
  return SEVERITIES.indexOf(value)
}
