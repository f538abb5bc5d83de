// An incident beside the list: enough to decide whether to go in.
import { Link } from '@tanstack/react-router'
import type { IncidentDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Badge } from '../../design/badge.tsx'
import { buttonClass } from '../../design/button.tsx'
import { SectionTitle } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Pending } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentState } from './incident-state.tsx'
import { IncidentTools } from './incident-tools.tsx'
import { SmallStageStrip } from './stage-strip.tsx'

const SHOWN_STEPS = 12

export function IncidentGlance({ id }: { id: string }) {
  const read = useRead('getIncident', { params: { id } }, { refreshMs: 5000 })
  if (!read.data) return <Pending error={read.error} retry={() => void read.refetch()} />
  return <Glance incident={read.data} />
}

function Glance({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const latest = incident.steps.slice(-SHOWN_STEPS)
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <SeverityLabel severity={incident.severity} />
          <IncidentState incident={incident} />
          <SmallStageStrip tactics={incident.steps.map(({ tactic }) => tactic)} />
        </div>
        <h3 className="text-base leading-6 font-semibold wrap-any">{localised(incident.title)}</h3>
      </header>
      <div className="flex flex-wrap gap-2">
        <Link to="/incidents/$id" params={{ id: incident.id }} className={buttonClass('plain')}>
          {t('incidents.open')}
        </Link>
        <IncidentTools incident={incident} />
      </div>
      <IncidentFacts incident={incident} />
      <section>
        <SectionTitle>
          {t(latest.length < incident.steps.length ? 'incidents.latestSteps' : 'incidents.tabsOfOne.story')}
        </SectionTitle>
        <ol className="flex flex-col gap-2">
          {latest.map((step) => (
            <li key={step.signalId} className="flex flex-col gap-0.5 border-l-2 border-line-strong pl-3 text-sm">
              <span className="wrap-any">{localised(step.sentence)}</span>
              <span className="flex flex-wrap gap-2 text-xs text-faint">
                <Badge>{t(`tactics.${step.tactic}`)}</Badge>
                {format.row(step.at)}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </article>
  )
}
