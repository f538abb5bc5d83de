// How bad the publisher says it is. OSV has no one field for it: vectors, words, and words of each distribution.
import type { Severity } from '@yagura/schema/severities'
import { severityOfVector } from '../shared/cvss.ts'
import type { OsvAffected, OsvRecord } from './schema.ts'

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'negligible',
  unimportant: 'negligible',
  none: 'negligible',
}

/** Words of the distribution first, for it knows its own build; then vectors, newest standard first; then words of the database. */
export function severityOf(record: OsvRecord, affected: OsvAffected): Severity {
  return (
    severityOfWord(affected.ecosystem_specific.urgency) ??
    severityOfWord(entry(affected.severity, 'Ubuntu') ?? entry(record.severity, 'Ubuntu')) ??
    severityOfVectors(affected.severity) ??
    severityOfVector(affected.database_specific.cvss) ??
    severityOfVectors(record.severity) ??
    severityOfWord(affected.ecosystem_specific.severity) ??
    severityOfWord(affected.database_specific.severity) ??
    severityOfWord(record.database_specific.severity) ??
    severityOfVector(record.database_specific.cvss) ??
    // AlmaLinux and Rocky Linux: "Important: python3.12 security update".
    severityOfWord(/^(Critical|Important|Moderate|Low): /.exec(record.summary ?? '')?.[1]) ??
    'unknown'
  )
}

function entry(entries: OsvRecord['severity'], type: string): string | undefined {
  return entries.find((item) => item.type === type)?.score
}

/** Debian marks with stars what it has not reviewed by hand: `low**`. */
function severityOfWord(word: unknown): Severity | undefined {
  if (typeof word !== 'string') return undefined
  const plain = word.toLowerCase().replace(/\*+$/, '')
  return Object.hasOwn(WORDS, plain) ? WORDS[plain] : undefined
}

function severityOfVectors(entries: OsvRecord['severity']): Severity | undefined {
  for (const type of ['CVSS_V4', 'CVSS_V3', 'CVSS_V2']) {
    const severity = severityOfVector(entry(entries, type))
    if (severity) return severity
  }
  return undefined
}

/** Debian's urgency for what is no security problem in its build. */
export function isUnimportant(affected: OsvAffected): boolean {
  return affected.ecosystem_specific.urgency === 'unimportant'
}
