// Assets: the tree from hosts to packages, and a list of each kind.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageHeader } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { ListView } from '../../list/list-view.tsx'
import { AssetPanel } from './asset-panel.tsx'
import { AssetTree } from './asset-tree.tsx'
import { assetColumns } from './columns.tsx'
import { NoAssets } from './no-assets.tsx'

const route = getRouteApi('/app/assets')
const VIEWS = ['tree', 'host', 'container', 'image'] as const
type View = (typeof VIEWS)[number]

export function AssetsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const overview = useRead('getOverview', {})
  const view: View = VIEWS.find((one) => one === search.view) ?? 'tree'
  const counts: Partial<Record<View, number>> = overview.data
    ? {
        host: overview.data.assets.hosts,
        container: overview.data.assets.containers,
        image: overview.data.assets.images,
      }
    : {}
  return (
    <>
      <PageHeader title={t('nav.assets')}>
        <Tabs
          label={t('nav.assets')}
          tabs={VIEWS.map((id) => ({ id, text: t(`assets.views.${id}`), count: counts[id] }))}
          chosen={view}
          link={(id) => ({ to: '/assets', search: { view: id } })}
        />
      </PageHeader>
      {view === 'tree' ? (
        <AssetTree
          open={search.open?.split(',') ?? null}
          onOpen={(open) => void navigate({ search: { ...search, open: open.join(',') || 'none' }, replace: true })}
        />
      ) : (
        <AssetList key={view} kind={view} />
      )}
    </>
  )
}

function AssetList({ kind }: { kind: Exclude<View, 'tree'> }) {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const filter = [`kind = ${kind}`, search.filter ? `(${search.filter})` : ''].filter(Boolean).join(' and ')
  const facets = useRead('getAssetFacets', { query: { filter } }, { refreshMs: 30_000 })
  return (
    <ListView
      title={t(`assets.views.${kind}`)}
      header={null}
      list="listAssets"
      scope={{ kind }}
      fields={FILTER_FIELDS.assets}
      wordField="name"
      columns={assetColumns(t)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="name"
      facets={facets.data?.filter((facet) => facet.field !== 'kind')}
      panel={{
        label: t(`assetKinds.${kind}`),
        content: (row, id) => <AssetPanel key={id} id={id} known={row} />,
      }}
      onFullPage={(id) => void navigate({ to: '/assets/$id', params: { id } })}
      empty={<NoAssets kind={kind} />}
    />
  )
}
