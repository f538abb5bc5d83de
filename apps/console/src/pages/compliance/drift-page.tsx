// Drift: what turned, newest first. The only thing of compliance that alarms.
import { getRouteApi } from '@tanstack/react-router'
import type { LocalisedText, StoredTransition } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../design/data-table.tsx'
import { Segmented } from '../../design/segmented.tsx'
import { Empty } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useLocalised } from '../../design/use-localised.ts'
import { shortImageName, visibleText } from '../../format/text.ts'
import { ListView } from '../../list/list-view.tsx'
import { ComplianceHeader } from './compliance-frame.tsx'
import { Turn } from './turn.tsx'

const route = getRouteApi('/app/compliance/drift')
const FILTERS = { all: '', worse: 'to = fail', better: 'to = pass' } as const
type Which = keyof typeof FILTERS

export function DriftPage() {
  const { t } = useTranslation()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const which = (Object.keys(FILTERS) as Which[]).find((one) => FILTERS[one] === (search.filter ?? ''))
  return (
    <ListView
      title={t('compliance.tabs.drift')}
      header={<ComplianceHeader tab="drift" />}
      list="listTransitions"
      fields={FILTER_FIELDS.transitions}
      wordField="check"
      columns={driftColumns(t, localised)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change } })}
      defaultSort="-at"
      beside={
        <Segmented
          hideLabel
          label={t('compliance.whichTurns')}
          value={which ?? ('' as Which)}
          options={(Object.keys(FILTERS) as Which[]).map((value) => ({ value, text: t(`compliance.turns.${value}`) }))}
          onChange={(value) => void navigate({ search: { ...search, filter: FILTERS[value] } })}
        />
      }
      empty={<Empty title={t('compliance.nothingTurned')} text={t('compliance.nothingTurnedText')} />}
    />
  )
}

function driftColumns(t: TFunction, localised: (text: LocalisedText) => string): readonly Column<StoredTransition>[] {
  return [
    {
      id: 'at',
      title: t('fields.at'),
      width: '124px',
      sort: 'at',
      cell: (row) => <Time at={row.at} className="text-soft" />,
      value: (row) => row.at,
      phone: 'line',
    },
    {
      id: 'turn',
      title: t('compliance.turn'),
      width: '250px',
      cell: (row) => <Turn from={row.from} to={row.to} />,
      value: (row) => `${row.from ?? '-'} > ${row.to}`,
      phone: 'side',
    },
    {
      id: 'check',
      title: t('fields.check'),
      width: 'minmax(152px, 0.6fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.check)}</span>,
      value: (row) => row.check,
      phone: 'line',
    },
    {
      id: 'title',
      title: t('fields.title'),
      width: 'minmax(220px, 2fr)',
      cell: (row) => <span title={localised(row.title)}>{localised(row.title)}</span>,
      value: (row) => localised(row.title),
      phone: 'title',
    },
    {
      id: 'resource',
      title: t('fields.resource'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => <span title={row.resource}>{visibleText(row.resource)}</span>,
      value: (row) => row.resource,
      phone: 'line',
    },
    {
      id: 'asset',
      title: t('fields.asset'),
      width: 'minmax(110px, 1fr)',
      cell: (row) => <span title={row.assetName}>{shortImageName(row.assetName) || '–'}</span>,
      value: (row) => row.assetName,
    },
    {
      id: 'baseline',
      title: t('compliance.baseline'),
      width: 'minmax(90px, 0.6fr)',
      cell: (row) => visibleText(row.baseline) || '–',
      value: (row) => row.baseline,
    },
  ]
}
