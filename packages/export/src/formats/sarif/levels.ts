// Severities as SARIF and code hosts know them.
import type { Severity } from '@yagura/schema/severities'

export type Level = 'error' | 'warning' | 'note'

/** Unknown is a warning: nobody has said that it is harmless. */
const LEVELS: Readonly<Record<Severity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  unknown: 'warning',
  low: 'note',
  negligible: 'note',
}

/** `security-severity`, which code hosts sort by: the middle of each range of CVSS 3.1 (section 5). */
const SCORES: Readonly<Record<Severity, string | undefined>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  negligible: '0.1',
  unknown: undefined,
}

export function levelOf(severity: Severity): Level {
  return LEVELS[severity]
}

export function scoreOf(severity: Severity): string | undefined {
  return SCORES[severity]
}
