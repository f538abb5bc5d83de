// The queue of incidents: what needs a person now, worst first.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Segmented } from '../../design/segmented.tsx'
import { Empty } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { ListView } from '../../list/list-view.tsx'
import { incidentColumns } from './incident-columns.tsx'
import { IncidentGlance } from './incident-glance.tsx'
import { IncidentsHeader } from './incidents-frame.tsx'

const route = getRouteApi('/app/incidents')
const REFRESH_MS = 5000

export function IncidentsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const state = search.state === 'all' ? 'all' : 'open'
  const facets = useRead(
    'getIncidentFacets',
    { query: { state, filter: search.filter ?? '' } },
    { refreshMs: REFRESH_MS },
  )
  return (
    <ListView
      title={t('nav.incidents')}
      header={<IncidentsHeader tab="queue" />}
      list="listIncidents"
      scope={{ state }}
      fields={FILTER_FIELDS.incidents}
      wordField="title"
      columns={incidentColumns(t, format, localised)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-severity"
      refreshMs={REFRESH_MS}
      facets={facets.data}
      beside={
        <Segmented
          hideLabel
          label={t('incidents.which')}
          value={state}
          options={[
            { value: 'open', text: t('incidents.notClosed') },
            { value: 'all', text: t('common.all') },
          ]}
          onChange={(value) => void navigate({ search: { ...search, state: value } })}
        />
      }
      panel={{
        label: t('incidents.one'),
        content: (_, id) => <IncidentGlance key={id} id={id} />,
      }}
      onFullPage={(id) => void navigate({ to: '/incidents/$id', params: { id } })}
      empty={<Empty title={t('incidents.none')} text={t('incidents.noneText')} />}
    />
  )
}
