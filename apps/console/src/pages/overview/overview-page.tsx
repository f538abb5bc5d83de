// Overview: what needs a person now, and how large and how well seen the fleet is. Every number leads to its evidence.
import { Link } from '@tanstack/react-router'
import type { Overview } from '@yagura/schema'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { EventsChart } from './events-chart.tsx'
import { FindingsBySeverity } from './findings-by-severity.tsx'
import { FleetHealth } from './fleet-health.tsx'
import { Queue } from './queue.tsx'

export function OverviewPage() {
  const { t } = useTranslation()
  const overview = useRead('getOverview', {}, { refreshMs: 15_000 })
  const { data } = overview
  return (
    <>
      <PageHeader title={t('nav.overview')} />
      <PageBody className="flex flex-col gap-4">
        {overview.error && !data ? (
          <Failure error={overview.error} retry={() => void overview.refetch()} />
        ) : data ? (
          <Loaded overview={data} />
        ) : (
          <Loading />
        )}
      </PageBody>
    </>
  )
}

function Loaded({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <FleetNumbers overview={overview} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,8fr)_minmax(320px,5fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Queue queue={overview.queue} hasAgents={overview.agents.healthy + overview.agents.silent > 0} />
          <Pane
            title={t('overview.eventsPerMinute')}
            aside={
              <Link to="/events" search={{ range: '1h' }} className={linkClass}>
                {t('overview.lastHour', {
                  count: overview.events.lastHour,
                  shown: format.count(overview.events.lastHour),
                })}
              </Link>
            }
          >
            <EventsChart buckets={overview.events.perMinute} />
          </Pane>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <FindingsBySeverity findings={overview.findings} />
          <FleetHealth overview={overview} />
        </div>
      </div>
    </>
  )
}

function FleetNumbers({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const { assets, findings, incidents, coverageGaps } = overview
  return (
    <section
      aria-label={t('overview.fleet')}
      className="pane grid grid-cols-2 overflow-hidden sm:grid-cols-4 xl:grid-cols-7 [&>*]:-mb-px [&>*]:-mr-px [&>*]:border-r [&>*]:border-b"
    >
      <FleetNumber
        value={incidents.open}
        name={t('overview.openIncidents')}
        {...(incidents.open > 0 ? { detail: t('overview.unowned', { count: incidents.unowned }) } : {})}
      >
        <Link to="/incidents" className={NUMBER_LINK} aria-label={t('overview.openIncidents')} />
      </FleetNumber>
      <FleetNumber value={assets.hosts} name={t('overview.hosts')}>
        <Link to="/assets" search={{ view: 'host' }} className={NUMBER_LINK} aria-label={t('overview.hosts')} />
      </FleetNumber>
      <FleetNumber
        value={assets.runningContainers}
        name={t('overview.runningContainers')}
        detail={t('overview.ofContainers', { total: assets.containers })}
      >
        <Link
          to="/assets"
          search={{ view: 'container', filter: 'state = running' }}
          className={NUMBER_LINK}
          aria-label={t('overview.runningContainers')}
        />
      </FleetNumber>
      <FleetNumber value={assets.images} name={t('overview.images')}>
        <Link to="/assets" search={{ view: 'image' }} className={NUMBER_LINK} aria-label={t('overview.images')} />
      </FleetNumber>
      <FleetNumber value={assets.packages} name={t('overview.packages')}>
        <Link to="/packages" className={NUMBER_LINK} aria-label={t('overview.packages')} />
      </FleetNumber>
      <FleetNumber
        value={findings.open}
        name={t('overview.openFindings')}
        detail={t('overview.fixable', { count: findings.fixable })}
      >
        <Link to="/findings" className={NUMBER_LINK} aria-label={t('overview.openFindings')} />
      </FleetNumber>
      <FleetNumber value={coverageGaps} name={t('overview.coverageGaps')}>
        <Link
          to="/coverage/$tab"
          params={{ tab: 'gaps' }}
          className={NUMBER_LINK}
          aria-label={t('overview.coverageGaps')}
        />
      </FleetNumber>
    </section>
  )
}

const NUMBER_LINK = 'absolute inset-0 outline-offset-[-2px]'

interface FleetNumberProps {
  readonly value: number
  readonly name: string
  readonly detail?: string
  /** The link that covers the number. */
  readonly children: ReactNode
}

function FleetNumber({ value, name, detail, children }: FleetNumberProps) {
  const format = useFormat()
  return (
    <div className="relative px-4 py-3 hover:bg-hover">
      <p className="truncate text-xs text-faint">{name}</p>
      <p className="mt-0.5 flex items-baseline gap-2 truncate">
        <span className="text-2xl font-semibold tracking-tight">{format.count(value)}</span>
        {detail ? <span className="truncate text-xs text-faint">{detail}</span> : null}
      </p>
      {children}
    </div>
  )
}

function Loading() {
  return (
    <>
      <div className="pane h-19 p-4">
        <Skeleton lines={2} />
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,8fr)_minmax(320px,5fr)]">
        <div className="pane h-96 p-4">
          <Skeleton lines={9} />
        </div>
        <div className="pane h-96 p-4">
          <Skeleton lines={9} />
        </div>
      </div>
    </>
  )
}
