// One signal: what was seen, by which rule, how rare it is, and the incident it belongs to.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { StoredSignal } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { isRefusal } from '../../data/query-client.ts'
import { Badge } from '../../design/badge.tsx'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { FullTime } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { ProcessLine } from './process-line.tsx'
import { GRADE_TONES } from './signal-columns.tsx'
import { Technique } from './technique.tsx'

export function SignalDetail({ signal }: { signal: StoredSignal }) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const span = { openedAt: signal.at, updatedAt: signal.at, steps: [] }
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="mb-2 flex flex-wrap items-center gap-3 text-sm">
          <SeverityLabel severity={signal.severity} />
          <Badge tone={GRADE_TONES[signal.grade]}>{t(`grades.${signal.grade}`)}</Badge>
        </div>
        <h3 className="text-base leading-6 font-semibold wrap-any">{localised(signal.sentence)}</h3>
      </header>
      {signal.learning ? <p className="text-sm text-warn">{t('signals.learning')}</p> : null}
      <Facts
        facts={[
          { name: t('fields.at'), value: <FullTime at={signal.at} /> },
          {
            name: t('fields.asset'),
            value: signal.assetId ? (
              <Link to="/assets/$id" params={{ id: signal.assetId }} className={linkClass}>
                {visibleText(signal.assetName)}
              </Link>
            ) : (
              visibleText(signal.assetKey)
            ),
          },
          signal.process
            ? { name: t('nodeKinds.process'), value: <ProcessLine process={signal.process} incident={span} /> }
            : null,
          signal.tactic ? { name: t('fields.tactic'), value: t(`tactics.${signal.tactic}`) } : null,
          signal.technique ? { name: t('fields.technique'), value: <Technique id={signal.technique} /> } : null,
          { name: t('fields.rule'), value: <Mono>{visibleText(signal.rule)}</Mono> },
          { name: t('fields.source'), value: t(`signals.sources.${signal.source}`) },
          { name: t('fields.rarity'), value: t('signals.rarity', { share: format.share(signal.rarity01, 1) }) },
        ]}
      />
      {signal.chainId ? <OfIncident id={signal.chainId} /> : null}
    </article>
  )
}

/** A chain has the id of its incident, once it is one. */
function OfIncident({ id }: { id: string }) {
  const { t } = useTranslation()
  const localised = useLocalised()
  const { data } = useQuery({
    queryKey: ['incident of', id],
    queryFn: async ({ signal }) => {
      try {
        return await api('getIncident', { params: { id }, signal })
      } catch (error) {
        if (isRefusal(error, 'NOT_FOUND')) return null
        throw error
      }
    },
  })
  if (data === undefined) return null
  if (data === null) return <p className="text-sm text-soft">{t('signals.noIncident')}</p>
  return (
    <p className="text-sm">
      {t('signals.ofIncident')}{' '}
      <Link to="/incidents/$id" params={{ id }} className={linkClass}>
        {localised(data.title)}
      </Link>
    </p>
  )
}
