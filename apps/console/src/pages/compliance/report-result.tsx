// One failing check on paper.
import type { StoredCheckResult } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Mono } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { isInWords, RemediationView } from './remediation-view.tsx'
import { VerdictLabel } from './verdict.tsx'

export function ReportResult({ result }: { result: StoredCheckResult }) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  return (
    <article className="report-result border-b pb-4 text-sm">
      <header>
        <div className="flex flex-wrap items-center gap-x-3">
          <VerdictLabel verdict={result.verdict} />
          <SeverityLabel severity={result.severity} />
          <Mono className="text-faint">{visibleText(result.check)}</Mono>
        </div>
        <h3 className="font-semibold wrap-any">{localised(result.title)}</h3>
        <p className="wrap-any">
          {visibleText(result.resource)}
          {result.assetName && result.assetName !== result.resource ? ` · ${visibleText(result.assetName)}` : ''} ·{' '}
          <span className="text-faint">
            {t('fields.changedAt')} {format.absolute(result.changedAt)}
          </span>
        </p>
      </header>
      <p className="mt-1 text-soft whitespace-pre-line wrap-any">{localised(result.message)}</p>
      <ul className="mt-1">
        {result.evidence.map((evidence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: evidence has no identity and never moves
          <li key={index} className="wrap-any">
            <span className="text-faint">{t(`evidenceSources.${evidence.source}`)}</span>{' '}
            <Mono>{visibleText(evidence.place)}</Mono>:{' '}
            <Mono className="font-semibold">
              {evidence.value === null ? t('compliance.unset') : visibleText(evidence.value)}
            </Mono>
          </li>
        ))}
      </ul>
      {result.why ? <p className="mt-1 wrap-any">{localised(result.why)}</p> : null}
      {result.remediation || result.fix ? (
        <div className="mt-2">
          <p className="mb-1 text-xs text-faint">{t('compliance.remediation')}</p>
          {result.fix ? <p className="mb-1 whitespace-pre-line wrap-any">{localised(result.fix)}</p> : null}
          {result.remediation && !isInWords(result) ? <RemediationView remediation={result.remediation} /> : null}
        </div>
      ) : null}
      {result.controls.length > 0 ? (
        <p className="mt-2 text-xs text-faint wrap-any">
          {result.controls
            .map(({ framework, section }) => `${t(`frameworks.${framework}`)} ${visibleText(section)}`)
            .join(', ')}
        </p>
      ) : null}
    </article>
  )
}
