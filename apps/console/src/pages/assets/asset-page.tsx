// One asset on a page of its own. Tabs depend on the kind; each tab has an address.
import { getRouteApi } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { AssetDetail } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { AssetIcon } from '../../design/asset-icon.tsx'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { Empty, Failure, Skeleton } from '../../design/states.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { type ListSearch, ListView } from '../../list/list-view.tsx'
import { gapColumns } from '../coverage/gap-columns.tsx'
import { EventsView } from '../events/events-view.tsx'
import { findingColumns } from '../findings/columns.tsx'
import { FindingDetail } from '../findings/finding-detail.tsx'
import { NoFindings } from '../findings/findings-page.tsx'
import { CompareWith } from '../images/compare-with.tsx'
import { mistakeColumns } from '../images/mistake-columns.tsx'
import { NothingFound } from '../images/nothing-found.tsx'
import { secretColumns } from '../images/secret-columns.tsx'
import { packageColumns } from '../packages/columns.tsx'
import { PackageDetail } from '../packages/package-detail.tsx'
import { AssetSummary } from './asset-summary.tsx'
import { assetColumns } from './columns.tsx'
import { ImageLayers } from './image-layers.tsx'
import { NoAssets } from './no-assets.tsx'

const route = getRouteApi('/app/assets/$id')

const TABS = {
  host: ['summary', 'containers', 'events', 'gaps'],
  container: ['summary', 'findings', 'events'],
  image: ['summary', 'packages', 'findings', 'secrets', 'mistakes', 'layers', 'gaps'],
  other: ['summary', 'events'],
} as const
type Tab = (typeof TABS)[keyof typeof TABS][number]

export function AssetPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { data: asset, error, refetch } = useRead('getAsset', { params: { id } }, { refreshMs: 15_000 })
  if (!asset)
    return (
      <>
        <PageHeader title={t('assets.one')} crumbs={[{ name: t('nav.assets'), to: '/assets' }]} />
        <PageBody>{error ? <Failure error={error} retry={() => void refetch()} /> : <Skeleton lines={10} />}</PageBody>
      </>
    )
  return <KnownAsset key={asset.id} asset={asset} />
}

function KnownAsset({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const search = route.useSearch()
  const kind = asset.facts.kind
  const tabs: readonly Tab[] = kind === 'host' || kind === 'container' || kind === 'image' ? TABS[kind] : TABS.other
  const tab = tabs.find((one) => one === search.tab) ?? 'summary'
  return (
    <>
      <PageHeader
        title={asset.name}
        icon={<AssetIcon kind={asset.kind} size={17} />}
        crumbs={[
          { name: t('nav.assets'), to: '/assets' },
          ...asset.path
            .filter((ancestor) => ancestor.id !== asset.id)
            .map((ancestor) => ({ name: ancestor.name, to: '/assets/$id', params: { id: ancestor.id } })),
        ]}
      >
        <Tabs
          label={asset.name}
          tabs={tabs.map((one) => ({ id: one, text: t(`assets.tabs.${one}`) }))}
          chosen={tab}
          link={(one) => ({ to: '/assets/$id', params: { id: asset.id }, search: { tab: one } })}
        />
        {kind === 'image' ? <CompareWith image={asset} /> : null}
      </PageHeader>
      <TabContent key={tab} asset={asset} tab={tab} />
    </>
  )
}

function TabContent({ asset, tab }: { asset: AssetDetail; tab: Tab }) {
  switch (tab) {
    case 'summary':
      return <AssetSummary asset={asset} />
    case 'containers':
      return <ContainersTab asset={asset} />
    case 'packages':
      return <PackagesTab asset={asset} />
    case 'findings':
      return <FindingsTab asset={asset} />
    case 'secrets':
      return <InspectionTab asset={asset} tab={tab} kind="secret" />
    case 'mistakes':
      return <InspectionTab asset={asset} tab={tab} kind="mistake" />
    case 'layers':
      return <ImageLayers asset={asset} />
    case 'events':
      return <EventsTab asset={asset} />
    case 'gaps':
      return <GapsTab asset={asset} />
  }
}

function useListSearch() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return {
    search,
    onSearch: (change: Readonly<Record<string, string | undefined>> | ListSearch) =>
      void navigate({ search: { ...search, ...change }, replace: 'panel' in change }),
  }
}

function ContainersTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  return (
    <ListView
      {...useListSearch()}
      title={t('assets.tabs.containers')}
      header={null}
      list="listAssets"
      scope={{ parent: asset.id }}
      fields={FILTER_FIELDS.assets}
      wordField="name"
      columns={assetColumns(t)}
      rowKey={(row) => row.id}
      defaultSort="name"
      onFullPage={(id) => void navigate({ to: '/assets/$id', params: { id } })}
      empty={<NoAssets kind="container" />}
    />
  )
}

function PackagesTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  return (
    <ListView
      {...useListSearch()}
      title={t('assets.tabs.packages')}
      header={null}
      list="listPackages"
      scope={{ image: asset.id }}
      fields={FILTER_FIELDS.packages}
      wordField="name"
      columns={packageColumns(t, { withImage: false })}
      rowKey={(row) => row.id}
      defaultSort="-severity"
      panel={{
        label: t('packages.one'),
        content: (row, id) => <PackageDetail key={id} id={id} known={row} />,
      }}
      empty={<Empty title={t('assets.noPackages')} text={t('assets.noPackagesText')} />}
    />
  )
}

function FindingsTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  return (
    <ListView
      {...useListSearch()}
      title={t('assets.tabs.findings')}
      header={null}
      list="listFindings"
      scope={{ asset: asset.id }}
      fields={FILTER_FIELDS.findings}
      wordField="title"
      columns={findingColumns(t, { withAsset: false })}
      rowKey={(row) => row.id}
      defaultSort="-severity"
      panel={{
        label: t('findings.one'),
        content: (row, id) => <FindingDetail key={id} id={id} known={row} />,
      }}
      onFullPage={(id) => void navigate({ to: '/findings/$id', params: { id } })}
      empty={<NoFindings />}
    />
  )
}

interface InspectionTabProps {
  readonly asset: AssetDetail
  readonly tab: 'secrets' | 'mistakes'
  readonly kind: 'secret' | 'mistake'
}

function InspectionTab({ asset, tab, kind }: InspectionTabProps) {
  const { t, i18n } = useTranslation()
  const navigate = route.useNavigate()
  return (
    <ListView
      {...useListSearch()}
      title={t(`assets.tabs.${tab}`)}
      header={null}
      list="listFindings"
      table={`listFindings ${kind}`}
      scope={{ asset: asset.id, kind }}
      fields={FILTER_FIELDS.findings}
      wordField={kind === 'secret' ? 'path' : 'title'}
      columns={kind === 'secret' ? secretColumns(t) : mistakeColumns(t, i18n.language)}
      rowKey={(row) => row.id}
      defaultSort="-severity"
      panel={{
        label: t('findings.one'),
        content: (row, id) => <FindingDetail key={id} id={id} known={row} />,
      }}
      onFullPage={(id) => void navigate({ to: '/findings/$id', params: { id } })}
      empty={<NothingFound image={asset.id} kind={tab} />}
    />
  )
}

function EventsTab({ asset }: { asset: AssetDetail }) {
  const { search, onSearch } = useListSearch()
  return <EventsView asset={asset.id} search={search} onSearch={onSearch} header={null} />
}

function GapsTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const { search, onSearch } = useListSearch()
  const scoped = `scope = ${printValue(asset.key)}`
  return (
    <ListView
      title={t('assets.tabs.gaps')}
      header={null}
      list="listCoverageGaps"
      search={{ ...search, filter: search.filter ?? scoped }}
      onSearch={onSearch}
      fields={FILTER_FIELDS.coverageGaps}
      wordField="reason"
      columns={gapColumns(t)}
      rowKey={(row) => row.id}
      defaultSort="-lastSeenAt"
      empty={<Empty title={t('gaps.none')} text={t('gaps.noneText')} />}
    />
  )
}
