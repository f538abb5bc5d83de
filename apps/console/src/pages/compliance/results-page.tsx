// Results: what was checked and what came out, worst first, those that fail before the rest.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { FRAMEWORKS } from '@yagura/schema/frameworks'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Button } from '../../design/button.tsx'
import { Empty } from '../../design/states.tsx'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { ListView } from '../../list/list-view.tsx'
import { ComplianceHeader } from './compliance-frame.tsx'
import { FrameworkSelect } from './framework-select.tsx'
import { resultColumns } from './result-columns.tsx'
import { ResultDetail } from './result-detail.tsx'

const route = getRouteApi('/app/compliance/results')

export function ResultsPage() {
  const { t } = useTranslation()
  const localised = useLocalised()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const framework = FRAMEWORKS.find((one) => one === search.framework)
  const section = framework && search.section ? search.section : undefined
  const scope = {
    ...(framework ? { framework } : {}),
    ...(section ? { section } : {}),
    ...(search.asset ? { asset: search.asset } : {}),
  }
  const facets = useRead(
    'getCheckResultFacets',
    { query: { ...scope, filter: search.filter ?? '' } },
    { refreshMs: 30_000 },
  )
  return (
    <ListView
      title={t('compliance.tabs.results')}
      header={<ComplianceHeader tab="results" />}
      list="listCheckResults"
      scope={scope}
      fields={FILTER_FIELDS.checkResults}
      wordField="title"
      columns={resultColumns(t, localised)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-urgency"
      facets={facets.data}
      beside={
        <div className="flex flex-wrap items-center gap-1 sm:flex-nowrap">
          <FrameworkSelect
            value={framework}
            none={t('compliance.allFrameworks')}
            onChange={(value) => void navigate({ search: { ...search, framework: value ?? '', section: '' } })}
          />
          {section ? (
            <Narrowed
              text={section}
              label={t('compliance.everySection')}
              onClear={() => void navigate({ search: { ...search, section: '' } })}
            />
          ) : null}
          {search.asset ? (
            <OneAsset id={search.asset} onClear={() => void navigate({ search: { ...search, asset: '' } })} />
          ) : null}
        </div>
      }
      panel={{
        label: t('compliance.oneResult'),
        content: (row, id) => <ResultDetail key={id} id={id} known={row} />,
      }}
      onFullPage={(id) => void navigate({ to: '/compliance/results/$id', params: { id } })}
      empty={<NothingChecked />}
    />
  )
}

function OneAsset({ id, onClear }: { id: string; onClear: () => void }) {
  const { t } = useTranslation()
  const asset = useRead('getAsset', { params: { id } })
  return <Narrowed text={asset.data?.name ?? '…'} label={t('compliance.everyAsset')} onClear={onClear} />
}

/** What else than the filter narrows the list, and how to take it away. */
function Narrowed({ text, label, onClear }: { text: string; label: string; onClear: () => void }) {
  return (
    <Button onClick={onClear} title={label} className="max-w-48">
      <span className="truncate">{visibleText(text)}</span>
      <X size={13} aria-hidden="true" className="shrink-0" />
      <span className="sr-only">{label}</span>
    </Button>
  )
}

export function NothingChecked() {
  const { t } = useTranslation()
  return <Empty title={t('compliance.none')} text={t('compliance.noneText')} command="yagura check" />
}
