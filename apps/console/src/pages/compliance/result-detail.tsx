// One result: what was expected and found, where it was read, the exact change that would mend it, and what it answers.
import { Link } from '@tanstack/react-router'
import type { CheckEvidence, StoredCheckResult } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Badge } from '../../design/badge.tsx'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono, SectionTitle } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Pending } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { isInWords, RemediationView } from './remediation-view.tsx'
import { VerdictLabel } from './verdict.tsx'

export function ResultDetail({ id, known }: { id: string; known?: StoredCheckResult | undefined }) {
  const read = useRead('getCheckResult', { params: { id } }, { enabled: known === undefined })
  const result = known ?? read.data
  if (result) return <ResultView result={result} />
  return <Pending error={read.error} retry={() => void read.refetch()} />
}

function ResultView({ result }: { result: StoredCheckResult }) {
  const { t } = useTranslation()
  const localised = useLocalised()
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <VerdictLabel verdict={result.verdict} />
          <SeverityLabel severity={result.severity} />
          <Mono className="text-faint">{visibleText(result.check)}</Mono>
        </div>
        <h3 className="text-base leading-6 font-semibold wrap-any">{localised(result.title)}</h3>
        <p className="mt-1 text-sm whitespace-pre-line text-soft wrap-any">{localised(result.message)}</p>
      </header>

      {result.why ? (
        <section>
          <SectionTitle>{t('compliance.why')}</SectionTitle>
          <p className="text-sm wrap-any">{localised(result.why)}</p>
        </section>
      ) : null}

      {result.verdict !== 'pass' && (result.remediation || result.fix) ? (
        <section className="rounded-md border bg-canvas p-3">
          <SectionTitle>{t('compliance.remediation')}</SectionTitle>
          {result.fix ? <p className="mb-2 text-sm whitespace-pre-line wrap-any">{localised(result.fix)}</p> : null}
          {result.remediation && !isInWords(result) ? <RemediationView remediation={result.remediation} /> : null}
          <p className="mt-2 text-xs text-faint">{t('compliance.neverApplied')}</p>
        </section>
      ) : null}

      <section>
        <SectionTitle>{t('findings.evidence')}</SectionTitle>
        {result.evidence.length === 0 ? (
          <p className="text-sm text-soft">{t('compliance.noEvidence')}</p>
        ) : (
          <ul className="flex flex-col gap-2">
            {result.evidence.map((evidence, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: evidence has no identity and never moves
              <EvidenceLine key={index} evidence={evidence} />
            ))}
          </ul>
        )}
      </section>

      <section>
        <SectionTitle>{t('findings.where')}</SectionTitle>
        <Facts
          facts={[
            { name: t('fields.resource'), value: visibleText(result.resource) },
            result.assetId
              ? {
                  name: t('fields.asset'),
                  value: (
                    <Link to="/assets/$id" params={{ id: result.assetId }} className={linkClass}>
                      {visibleText(result.assetName)}
                    </Link>
                  ),
                }
              : null,
            { name: t('fields.target'), value: t(`facetValues.target.${result.target}`) },
            result.product ? { name: t('fields.product'), value: visibleText(result.product) } : null,
            { name: t('compliance.baseline'), value: result.baseline ? visibleText(result.baseline) : '' },
            { name: t('fields.changedAt'), value: <FullTime at={result.changedAt} /> },
            { name: t('fields.observedAt'), value: <FullTime at={result.observedAt} /> },
          ]}
        />
      </section>

      {result.controls.length > 0 ? (
        <section>
          <SectionTitle>{t('compliance.controls')}</SectionTitle>
          <ul className="flex flex-wrap gap-1">
            {result.controls.map(({ framework, section }) => (
              <li key={`${framework} ${section}`} className="max-w-full">
                <Badge>
                  {t(`frameworks.${framework}`)} {visibleText(section)}
                </Badge>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </article>
  )
}

function EvidenceLine({ evidence }: { evidence: CheckEvidence }) {
  const { t } = useTranslation()
  return (
    <li className="border-l-2 border-line-strong pl-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-xs text-faint">{t(`evidenceSources.${evidence.source}`)}</span>
        <Mono>{visibleText(evidence.place)}</Mono>
      </div>
      <div className="wrap-any">
        {evidence.value === null ? (
          <span className="text-faint">{t('compliance.unset')}</span>
        ) : (
          <Mono className="font-semibold whitespace-pre-wrap">{visibleText(evidence.value)}</Mono>
        )}
      </div>
      <div className="text-xs text-faint">
        <FullTime at={evidence.at} />
      </div>
    </li>
  )
}
