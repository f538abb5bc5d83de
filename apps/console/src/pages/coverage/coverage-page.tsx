// Agents and coverage: is everything seen that should be, and if not, why and what to do.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageHeader } from '../../design/page.tsx'
import { Facts } from '../../design/panel.tsx'
import { Segmented } from '../../design/segmented.tsx'
import { Empty, Skeleton } from '../../design/states.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { FullTime } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { ListView } from '../../list/list-view.tsx'
import { AdvisoriesTab } from './advisories-tab.tsx'
import { agentColumns } from './agent-columns.tsx'
import { AgentDetail } from './agent-detail.tsx'
import { GapScope, gapColumns } from './gap-columns.tsx'
import { SystemTab } from './system-tab.tsx'

const route = getRouteApi('/app/coverage/$tab')
const TABS = ['agents', 'gaps', 'advisories', 'system'] as const
type Tab = (typeof TABS)[number]

export function CoveragePage() {
  const { t } = useTranslation()
  const params = route.useParams()
  const overview = useRead('getOverview', {})
  const tab: Tab = TABS.find((one) => one === params.tab) ?? 'agents'
  const { agents } = overview.data ?? {}
  const counts: Partial<Record<Tab, number>> = overview.data
    ? { agents: (agents?.healthy ?? 0) + (agents?.silent ?? 0), gaps: overview.data.coverageGaps }
    : {}
  return (
    <>
      <PageHeader title={t('nav.coverage')}>
        <Tabs
          label={t('nav.coverage')}
          tabs={TABS.map((id) => ({ id, text: t(`coverage.tabs.${id}`), count: counts[id] }))}
          chosen={tab}
          link={(id) => ({ to: '/coverage/$tab', params: { tab: id } })}
        />
      </PageHeader>
      <TabContent key={tab} tab={tab} />
    </>
  )
}

function TabContent({ tab }: { tab: Tab }) {
  switch (tab) {
    case 'agents':
      return <AgentsTab />
    case 'gaps':
      return <GapsTab />
    case 'advisories':
      return <AdvisoriesTab />
    case 'system':
      return <SystemTab />
  }
}

function AgentsTab() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <ListView
      title={t('coverage.tabs.agents')}
      header={null}
      list="listAgents"
      fields={FILTER_FIELDS.agents}
      wordField="hostname"
      columns={agentColumns(t)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="hostname"
      refreshMs={5000}
      panel={{
        label: t('agents.one'),
        content: (_, id) => <AgentDetail key={id} id={id} />,
      }}
      empty={<Empty title={t('agents.none')} text={t('agents.noneText')} command="yagura agent token" />}
    />
  )
}

function GapsTab() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const state = search.state === 'all' ? 'all' : 'open'
  return (
    <ListView
      title={t('coverage.tabs.gaps')}
      header={null}
      list="listCoverageGaps"
      scope={{ state }}
      fields={FILTER_FIELDS.coverageGaps}
      wordField="reason"
      columns={gapColumns(t)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-lastSeenAt"
      toolbar={
        <div className="hidden sm:block">
          <Segmented
            hideLabel
            label={t('gaps.which')}
            value={state}
            options={[
              { value: 'open', text: t('gaps.open') },
              { value: 'all', text: t('common.all') },
            ]}
            onChange={(value) => void navigate({ search: { ...search, state: value } })}
          />
        </div>
      }
      panel={{
        label: t('gaps.one'),
        content: (gap) =>
          gap ? (
            <article className="flex flex-col gap-5 p-4">
              <header>
                <h3 className="text-base font-semibold">{t(`gapCodes.${gap.code}`)}</h3>
                <p className="mt-1 text-sm wrap-any">{visibleText(gap.reason)}</p>
              </header>
              {gap.remedy ? (
                <section className="rounded-md border bg-canvas p-3">
                  <h4 className="mb-1 text-xs font-semibold text-faint">{t('gaps.remedy')}</h4>
                  <p className="text-sm wrap-any">{visibleText(gap.remedy)}</p>
                </section>
              ) : null}
              <Facts
                facts={[
                  { name: t('fields.code'), value: gap.code },
                  { name: t('fields.scope'), value: <GapScope gap={gap} t={t} /> },
                  { name: t('fields.subject'), value: visibleText(gap.subject) },
                  { name: t('fields.count'), value: gap.count },
                  { name: t('fields.firstSeenAt'), value: <FullTime at={gap.firstSeenAt} /> },
                  { name: t('fields.lastSeenAt'), value: <FullTime at={gap.lastSeenAt} /> },
                  gap.resolvedAt ? { name: t('gaps.closedAt'), value: <FullTime at={gap.resolvedAt} /> } : null,
                ]}
              />
            </article>
          ) : (
            <Skeleton lines={5} className="p-4" />
          ),
      }}
      empty={<Empty title={t('gaps.none')} text={t('gaps.noneText')} />}
    />
  )
}
