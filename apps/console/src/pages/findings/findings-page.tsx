// Findings: what is known to be wrong, worst first.
import { getRouteApi, Link } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { linkClass } from '../../design/link.tsx'
import { Empty } from '../../design/states.tsx'
import { ListView } from '../../list/list-view.tsx'
import { findingColumns } from './columns.tsx'
import { FindingDetail } from './finding-detail.tsx'

const route = getRouteApi('/app/findings')

export function FindingsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const facets = useRead('getFindingFacets', { query: { filter: search.filter ?? '' } }, { refreshMs: 30_000 })
  return (
    <ListView
      title={t('nav.findings')}
      list="listFindings"
      fields={FILTER_FIELDS.findings}
      wordField="title"
      columns={findingColumns(t, { withAsset: true })}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-severity"
      facets={facets.data}
      panel={{
        label: t('findings.one'),
        content: (row, id) => <FindingDetail key={id} id={id} known={row} />,
      }}
      onFullPage={(id) => void navigate({ to: '/findings/$id', params: { id } })}
      empty={<NoFindings />}
    />
  )
}

/** "No findings" must mean "looked, and found none": without advisories nobody looked, and with open gaps not everywhere. */
export function NoFindings() {
  const { t } = useTranslation()
  const advisories = useRead('getAdvisoryDatabase', {})
  const overview = useRead('getOverview', {})
  if (advisories.data && advisories.data.state !== 'ready')
    return <Empty title={t('findings.noAdvisories')} text={t('findings.noAdvisoriesText')} command="yagura db update" />
  const gaps = overview.data?.coverageGaps ?? 0
  if (gaps === 0) return <Empty title={t('findings.none')} text={t('findings.noneText')} />
  return (
    <Empty title={t('findings.none')} text={t('findings.noneWithGapsText')}>
      <Link to="/coverage/$tab" params={{ tab: 'gaps' }} className={linkClass}>
        {t('findings.openGaps', { count: gaps })}
      </Link>
    </Empty>
  )
}
