// Severities are stored as their rank, so that the database sorts them.
import type { Severity } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'

export function severityName(rank: number): Severity {
  return SEVERITIES[rank] ?? 'unknown'
}

export function severityRank(severity: Severity): number {
  return (SEVERITIES as readonly Severity[]).indexOf(severity)
}
