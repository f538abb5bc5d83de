// The first tab of an asset: facts on one side, what matters about it on the other.
import { Link } from '@tanstack/react-router'
import type { AssetDetail, Finding } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { PageBody } from '../../design/page.tsx'
import { Facts, Pane } from '../../design/panel.tsx'
import { SeverityCounts, SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { FullTime, Time } from '../../design/time.tsx'
import { commandLine, visibleText } from '../../format/text.ts'
import { EventText, EventTypeLabel } from '../events/event-text.tsx'
import { useFindingTitle } from '../findings/finding-title.ts'
import { AssetCompliance } from './asset-compliance.tsx'
import { AssetFactList } from './asset-facts.tsx'
import { AssetIncidents } from './asset-incidents.tsx'
import { AssetState } from './columns.tsx'

const SHORT_LIST = 8

export function AssetSummary({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const { kind } = asset.facts
  return (
    <PageBody>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <Pane title={t(`assetKinds.${asset.kind}`)} aside={<AssetState asset={asset} t={t} />}>
          <AssetFactList asset={asset} imageId={asset.imageId} />
        </Pane>
        <div className="flex min-w-0 flex-col gap-4">
          {kind === 'image' ? null : <AssetIncidents asset={asset} />}
          {kind === 'image' ? <ImageScan asset={asset} /> : null}
          {kind === 'host' ? <Children asset={asset} /> : null}
          {kind === 'host' ? null : <WorstFindings asset={asset} />}
          {kind === 'image' ? null : <AssetCompliance asset={asset} />}
          {kind === 'image' ? null : <LastEvents asset={asset} />}
        </div>
      </div>
    </PageBody>
  )
}

function ImageScan({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const image = useRead('getImage', { params: { id: asset.id } })
  const { data } = image
  return (
    <Pane title={t('image.scan')}>
      {data ? (
        <Facts
          facts={[
            { name: t('fields.os'), value: visibleText(data.operatingSystem?.prettyName ?? t('image.noOs')) },
            {
              name: t('nav.packages'),
              value: (
                <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'packages' }} className={linkClass}>
                  {data.packages}
                </Link>
              ),
            },
            {
              name: t('assets.tabs.gaps'),
              value: (
                <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'gaps' }} className={linkClass}>
                  {data.coverageGaps}
                </Link>
              ),
            },
            {
              name: t('image.usedBy'),
              value: data.containers.length ? (
                <span className="flex flex-wrap gap-x-3">
                  {data.containers.slice(0, SHORT_LIST).map((container) => (
                    <Link
                      key={container.id}
                      to="/assets/$id"
                      params={{ id: container.id }}
                      title={container.name}
                      className={`${linkClass} max-w-full truncate`}
                    >
                      {visibleText(container.name)}
                    </Link>
                  ))}
                </span>
              ) : (
                t('image.notUsed')
              ),
            },
            {
              name: t('container.command'),
              value: (
                <code className="font-mono text-xs">
                  {visibleText(commandLine([...data.image.config.entrypoint, ...data.image.config.command])) || '–'}
                </code>
              ),
            },
            { name: t('fields.user'), value: visibleText(data.image.config.user || t('image.defaultUser')) },
            { name: t('image.scannedAt'), value: <FullTime at={data.scannedAt} /> },
          ]}
        />
      ) : image.error ? (
        <p className="text-sm text-soft">{t('image.notScanned')}</p>
      ) : (
        <Skeleton lines={4} />
      )}
    </Pane>
  )
}

function Children({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const containers = useRows(
    'listAssets',
    { parent: asset.id, sort: '-severity' },
    { limit: SHORT_LIST, refreshMs: 15_000 },
  )
  return (
    <Pane
      flush
      title={t('assets.tabs.containers')}
      aside={
        <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'containers' }} className={linkClass}>
          {t('common.all')}
        </Link>
      }
    >
      {containers.loading ? <Skeleton lines={4} className="p-4" /> : null}
      {!containers.loading && containers.rows.length === 0 ? (
        <p className="p-4 text-sm text-soft">{t('assets.noContainersHere')}</p>
      ) : null}
      <ul>
        {containers.rows.map((container) => (
          <li key={container.id} className="flex h-9 items-center gap-3 border-b px-4 text-sm last:border-0">
            <Link
              to="/assets/$id"
              params={{ id: container.id }}
              className="min-w-0 flex-1 truncate font-medium hover:text-accent hover:underline"
            >
              {visibleText(container.name)}
            </Link>
            <SeverityCounts counts={container.findingCounts} />
          </li>
        ))}
      </ul>
    </Pane>
  )
}

function WorstFindings({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const findings = useRows(
    'listFindings',
    { asset: asset.imageId ?? asset.id, sort: '-severity' },
    { limit: SHORT_LIST },
  )
  return (
    <Pane
      flush
      title={
        <span className="flex items-center gap-4">
          {t('nav.findings')} <SeverityCounts counts={asset.findingCounts} most={6} />
        </span>
      }
      aside={
        <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'findings' }} className={linkClass}>
          {t('common.all')}
        </Link>
      }
    >
      {findings.loading ? <Skeleton lines={4} className="p-4" /> : null}
      {findings.error ? (
        <div className="p-4">
          <Failure error={findings.error} retry={findings.reload} />
        </div>
      ) : null}
      {!findings.loading && !findings.error && findings.rows.length === 0 ? (
        <p className="p-4 text-sm text-soft">{t('findings.none')}</p>
      ) : null}
      <ul>
        {findings.rows.map((finding) => (
          <FindingLine key={finding.id} finding={finding} />
        ))}
      </ul>
    </Pane>
  )
}

function FindingLine({ finding }: { finding: Finding }) {
  const titleOf = useFindingTitle()
  return (
    <li className="flex h-9 items-center gap-3 border-b px-4 text-sm last:border-0">
      <span className="w-24 shrink-0">
        <SeverityLabel severity={finding.severity} />
      </span>
      <Link
        to="/findings/$id"
        params={{ id: finding.id }}
        className="min-w-0 flex-1 truncate hover:text-accent hover:underline"
        title={titleOf(finding)}
      >
        {titleOf(finding)}
      </Link>
      <span className="hidden shrink-0 text-soft sm:inline">{visibleText(finding.vulnerability?.package ?? '')}</span>
    </li>
  )
}

function LastEvents({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const events = useRows('listEvents', { asset: asset.id }, { limit: SHORT_LIST, refreshMs: 5000 })
  return (
    <Pane
      flush
      title={t('assets.lastEvents')}
      aside={
        <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'events' }} className={linkClass}>
          {t('events.live')}
        </Link>
      }
    >
      {events.loading ? <Skeleton lines={4} className="p-4" /> : null}
      {!events.loading && events.rows.length === 0 ? <p className="p-4 text-sm text-soft">{t('events.none')}</p> : null}
      <ul>
        {events.rows.map((event) => (
          <li
            key={`${event.agentId}/${event.id}`}
            className="flex h-9 items-center gap-3 border-b px-4 text-sm last:border-0"
          >
            <span className="w-20 shrink-0">
              <EventTypeLabel type={event.type} />
            </span>
            <span className="min-w-0 flex-1 truncate">
              <EventText event={event} />
            </span>
            <Time at={event.at} className="text-xs text-faint" />
          </li>
        ))}
      </ul>
    </Pane>
  )
}
