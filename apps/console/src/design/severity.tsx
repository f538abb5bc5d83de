// Severity: shape, word and colour, so that no reader depends on colour.
import type { Severity } from '@yagura/schema'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** Worst first, as people read. */
export const SEVERITY_ORDER = [
  'critical',
  'high',
  'medium',
  'low',
  'negligible',
  'unknown',
] as const satisfies readonly Severity[]

const SHAPES: Record<Severity, ReactNode> = {
  critical: <path d="M4 .8h4L11.2 4v4L8 11.2H4L.8 8V4z" fill="var(--critical-fill)" />,
  high: <path d="M6 .9 11.6 10.8H.4z" fill="var(--high-fill)" />,
  medium: <path d="M6 .6 11.4 6 6 11.4.6 6z" fill="var(--medium-fill)" />,
  low: <circle cx="6" cy="6" r="4" fill="var(--low-fill)" />,
  negligible: <circle cx="6" cy="6" r="3.6" fill="none" stroke="var(--negligible)" strokeWidth="1.4" />,
  unknown: (
    <circle cx="6" cy="6" r="3.6" fill="none" stroke="var(--unknown)" strokeWidth="1.4" strokeDasharray="2 1.8" />
  ),
}

const TEXT: Record<Severity, string> = {
  critical: 'text-critical',
  high: 'text-high',
  medium: 'text-medium',
  low: 'text-low',
  negligible: 'text-negligible',
  unknown: 'text-unknown',
}

export function SeverityShape({ severity }: { severity: Severity }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="shrink-0">
      {SHAPES[severity]}
    </svg>
  )
}

export function SeverityLabel({ severity }: { severity: Severity }) {
  const { t } = useTranslation()
  return (
    <span className={`inline-flex items-center gap-1.5 align-top whitespace-nowrap font-medium ${TEXT[severity]}`}>
      <SeverityShape severity={severity} />
      {t(`severity.${severity}`)}
    </span>
  )
}

/** Counts by severity in little space: shape and number, the words for screen readers and on hover. */
export function SeverityCounts({ counts, most = 4 }: { counts: Readonly<Record<string, number>>; most?: number }) {
  const { t } = useTranslation()
  const present = SEVERITY_ORDER.filter((severity) => (counts[severity] ?? 0) > 0)
  if (present.length === 0) return <span className="text-faint">–</span>
  const words = present.map((severity) => `${counts[severity]} ${t(`severity.${severity}`)}`).join(', ')
  return (
    <span className="inline-flex items-center gap-3 align-top whitespace-nowrap" title={words}>
      <span className="sr-only">{words}</span>
      {present.slice(0, most).map((severity) => (
        <span key={severity} aria-hidden="true" className={`inline-flex items-center gap-1 ${TEXT[severity]}`}>
          <SeverityShape severity={severity} />
          {counts[severity]}
        </span>
      ))}
    </span>
  )
}
