// Verdicts: shape, word and colour, so that no reader depends on colour. Only `pass` looks like a pass.
import type { CheckVerdict } from '@yagura/schema'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export const VERDICT_ORDER = ['fail', 'error', 'manual', 'pass', 'not-applicable'] as const satisfies CheckVerdict[]

const COLOURS: Record<CheckVerdict, string> = {
  pass: 'text-good',
  fail: 'text-bad',
  manual: 'text-warn',
  error: 'text-warn',
  'not-applicable': 'text-faint',
}

const SHAPES: Record<CheckVerdict, ReactNode> = {
  pass: <path d="m2 6.4 2.8 2.8L10 3.4" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  fail: <path d="m2.4 2.4 7.2 7.2m0-7.2-7.2 7.2" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  manual: (
    <path
      d="M1 6s1.8-3.4 5-3.4S11 6 11 6 9.2 9.4 6 9.4 1 6 1 6zm5-1.400a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
    />
  ),
  error: <path d="M6 1.2 11.2 10.400H.8zM6 4.400v3M6 8.400v1" fill="none" stroke="currentColor" strokeWidth="1.2" />,
  'not-applicable': <path d="M2.5 6h7" fill="none" stroke="currentColor" strokeWidth="1.6" />,
}

export function VerdictShape({ verdict }: { verdict: CheckVerdict }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className={`shrink-0 ${COLOURS[verdict]}`}>
      {SHAPES[verdict]}
    </svg>
  )
}

export function VerdictLabel({ verdict }: { verdict: CheckVerdict }) {
  const { t } = useTranslation()
  return (
    <span className={`inline-flex items-center gap-1.5 align-top font-medium whitespace-nowrap ${COLOURS[verdict]}`}>
      <VerdictShape verdict={verdict} />
      {t(`facetValues.verdict.${verdict}`)}
    </span>
  )
}
