// How bad the publisher says it is. OSV has no one field for it: vectors, words, and words of each distribution.
import type { Severity } from '@yagura/schema'
import cvssCalculator from 'ae-cvss-calculator'
import type { OsvAffected, OsvRecord } from './schema.ts'

const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = cvssCalculator

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
    // AlmaLinux and Rocky Linux: "Important: python3.12 security update".
    severityOfWord(/^(Critical|Important|Moderate|Low): /.exec(record.summary ?? '')?.[1]) ??
    'unknown'
  )
}

function entry(entries: OsvRecord['severity'], type: string): string | undefined {
  return entries.find((item) => item.type === type)?.score
}

function severityOfWord(word: unknown): Severity | undefined {
  return typeof word === 'string' ? WORDS[word.toLowerCase()] : undefined
}

function severityOfVectors(entries: OsvRecord['severity']): Severity | undefined {
  for (const type of ['CVSS_V4', 'CVSS_V3', 'CVSS_V2']) {
    const severity = severityOfVector(entry(entries, type))
    if (severity) return severity
  }
  return undefined
}

const known = new Map<string, Severity | undefined>()

/** Rating of a CVSS vector by the qualitative scale of its standard; undefined where it is not a complete vector. */
export function severityOfVector(vector: unknown): Severity | undefined {
  if (typeof vector !== 'string' || vector.length > 512) return undefined
  if (!known.has(vector)) {
    if (known.size > 20_000) known.clear()
    known.set(vector, rate(vector))
  }
  return known.get(vector)
}

function rate(vector: string): Severity | undefined {
  try {
    const score = scoreOf(vector)
    if (!Number.isFinite(score)) return undefined
    if (score === 0) return 'negligible'
    if (score < 4) return 'low'
    if (score < 7) return 'medium'
    return score < 9 ? 'high' : 'critical'
  } catch {
    return undefined
  }
}

function scoreOf(vector: string): number {
  const cvss = vector.startsWith('CVSS:4.')
    ? new Cvss4P0(vector)
    : vector.startsWith('CVSS:3.1/')
      ? new Cvss3P1(vector)
      : vector.startsWith('CVSS:3.0/')
        ? new Cvss3P0(vector)
        : new Cvss2(vector)
  return cvss.isBaseFullyDefined() ? cvss.calculateScores().overall : Number.NaN
}
