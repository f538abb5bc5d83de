// Signals: evidence of single acts, most of which never become an incident.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Empty, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { ListView } from '../../list/list-view.tsx'
import { IncidentsHeader } from './incidents-frame.tsx'
import { signalColumns } from './signal-columns.tsx'
import { SignalDetail } from './signal-detail.tsx'

const route = getRouteApi('/app/incidents/signals')

export function SignalsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const facets = useRead('getSignalFacets', { query: { filter: search.filter ?? '' } }, { refreshMs: 15_000 })
  return (
    <ListView
      title={t('incidents.tabs.signals')}
      header={<IncidentsHeader tab="signals" />}
      list="listSignals"
      fields={FILTER_FIELDS.signals}
      wordField="rule"
      columns={signalColumns(t, format, localised)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-at"
      refreshMs={5000}
      facets={facets.data}
      panel={{
        label: t('signals.one'),
        content: (row) => (row ? <SignalDetail key={row.id} signal={row} /> : <Skeleton lines={6} className="p-4" />),
      }}
      empty={<Empty title={t('signals.none')} text={t('signals.noneText')} />}
    />
  )
}
