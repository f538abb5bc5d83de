// Packages over the whole fleet: "where do we have this?"
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { Empty } from '../../design/states.tsx'
import { ListView } from '../../list/list-view.tsx'
import { packageColumns } from './columns.tsx'
import { PackageDetail } from './package-detail.tsx'
import { VersionQuestion } from './version-question.tsx'

const route = getRouteApi('/app/packages')

export function PackagesPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <ListView
      title={t('nav.packages')}
      list="listPackages"
      fields={FILTER_FIELDS.packages}
      wordField="name"
      columns={packageColumns(t, { withImage: true })}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-severity"
      scope={{ name: search.name, below: search.name ? search.below : undefined }}
      beside={
        <VersionQuestion
          key={`${search.name} ${search.below}`}
          name={search.name ?? ''}
          below={search.below ?? ''}
          onAsk={(question) => void navigate({ search: { ...search, ...question } })}
        />
      }
      panel={{
        label: t('packages.one'),
        content: (row, id) => <PackageDetail key={id} id={id} known={row} />,
      }}
      empty={
        search.name ? (
          <Empty title={t('filter.nothing')} text={t('filter.nothingText')} />
        ) : (
          <Empty title={t('packages.none')} text={t('packages.noneText')} />
        )
      }
    />
  )
}
