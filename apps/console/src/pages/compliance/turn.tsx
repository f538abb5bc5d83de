// From one verdict to another. Nothing before: it was seen for the first time.
import type { CheckVerdict } from '@yagura/schema'
import { ArrowRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { VerdictLabel } from './verdict.tsx'

export function Turn({ from, to }: { from: CheckVerdict | null; to: CheckVerdict }) {
  const { t } = useTranslation()
  return (
    <span className="inline-flex items-center gap-1.5 align-top whitespace-nowrap">
      {from ? <VerdictLabel verdict={from} /> : <span className="text-faint">{t('compliance.firstSeen')}</span>}
      <ArrowRight size={13} aria-hidden="true" className="shrink-0 text-faint" />
      <span className="sr-only">→</span>
      <VerdictLabel verdict={to} />
    </span>
  )
}
