// One incident: what happened, how far it got, what was and what can be done, and the evidence for all of it.
import { getRouteApi, Link } from '@tanstack/react-router'
import type { IncidentDetail, Tactic } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { ActionsPane } from './actions-pane.tsx'
import { Evidence } from './evidence.tsx'
import { GraphTab } from './graph/graph-tab.tsx'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentState } from './incident-state.tsx'
import { IncidentTools } from './incident-tools.tsx'
import { Notes } from './notes.tsx'
import { StageStrip } from './stage-strip.tsx'
import { Story, stepAnchor } from './story.tsx'
import { Timeline } from './timeline.tsx'

const route = getRouteApi('/app/incidents/$id')
const TABS = ['story', 'graph', 'timeline', 'evidence'] as const
const REFRESH_MS = 5000

export function IncidentPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const read = useRead('getIncident', { params: { id } }, { refreshMs: REFRESH_MS })
  if (read.data) return <KnownIncident key={id} incident={read.data} />
  return (
    <>
      <PageHeader title={t('incidents.one')} crumbs={[{ name: t('nav.incidents'), to: '/incidents' }]} />
      <PageBody>
        {read.error ? <Failure error={read.error} retry={() => void read.refetch()} /> : <Skeleton lines={10} />}
      </PageBody>
    </>
  )
}

function KnownIncident({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tab = TABS.find((one) => one === search.tab) ?? 'story'
  const [wanted, setWanted] = useState<string | null>(null)
  const choose = (panel: string) => void navigate({ search: { ...search, panel }, replace: true })
  return (
    <>
      <PageHeader title={localised(incident.title)} crumbs={[{ name: t('nav.incidents'), to: '/incidents' }]}>
        <Tabs
          label={t('incidents.one')}
          tabs={TABS.map((one) => ({ id: one, text: t(`incidents.tabsOfOne.${one}`) }))}
          chosen={tab}
          link={(one) => ({ to: '/incidents/$id', params: { id: incident.id }, search: { tab: one } })}
        />
      </PageHeader>
      {incident.mergedInto ? <MergedInto id={incident.mergedInto} /> : null}
      {tab === 'story' ? <StoryTab incident={incident} wanted={wanted} /> : null}
      {tab === 'graph' ? <GraphTab incident={incident} chosen={search.panel} onChoose={choose} /> : null}
      {tab === 'timeline' ? (
        <Timeline
          incident={incident}
          onChoose={(signalId) => {
            setWanted(signalId)
            void navigate({ search: { tab: 'story' } })
          }}
        />
      ) : null}
      {tab === 'evidence' ? <Evidence incident={incident} chosen={search.panel} onChoose={choose} /> : null}
    </>
  )
}

function StoryTab({ incident, wanted }: { incident: IncidentDetail; wanted: string | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const count = incident.steps.length + incident.stepsLeftOut
  return (
    <PageBody className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
          <SeverityLabel severity={incident.severity} />
          <IncidentState incident={incident} />
          <span className="text-soft">{t('incidents.steps', { count, shown: format.count(count) })}</span>
        </p>
        <IncidentTools incident={incident} />
      </div>
      <Pane title={t('incidents.stages')} flush>
        <StageStrip
          steps={incident.steps}
          next={incident.state === 'closed' ? [] : incident.nextTactics}
          onChoose={(tactic) => showStep(firstOf(incident, tactic))}
        />
      </Pane>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,8fr)_minmax(320px,5fr)]">
        <Pane title={t('incidents.tabsOfOne.story')} flush>
          <Story incident={incident} wanted={wanted} />
        </Pane>
        <div className="flex min-w-0 flex-col gap-4">
          <Pane title={t('incidents.facts')}>
            <IncidentFacts incident={incident} />
          </Pane>
          <ActionsPane incident={incident} />
          <Notes incident={incident} />
        </div>
      </div>
    </PageBody>
  )
}

function firstOf(incident: IncidentDetail, tactic: Tactic): string | undefined {
  return incident.steps.find((step) => step.tactic === tactic)?.signalId
}

function showStep(signalId: string | undefined): void {
  if (signalId) document.getElementById(stepAnchor({ signalId }))?.focus()
}

function MergedInto({ id }: { id: string }) {
  const { t } = useTranslation()
  return (
    <p role="status" className="border-b bg-warn-soft px-4 py-2 text-sm text-warn sm:px-6">
      {t('incidents.mergedText')}{' '}
      <Link to="/incidents/$id" params={{ id }} className={`${linkClass} font-medium`}>
        {t('incidents.mergedLink')}
      </Link>
    </p>
  )
}
