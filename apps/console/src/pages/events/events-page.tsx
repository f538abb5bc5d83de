// Events: what exactly happened, as the kernel saw it.
import { getRouteApi } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { IconButton } from '../../design/button.tsx'
import { PageHeader } from '../../design/page.tsx'
import { visibleText } from '../../format/text.ts'
import { EventsView } from './events-view.tsx'

const route = getRouteApi('/app/events')

export function EventsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (change: Record<string, string>) =>
    void navigate({ search: { ...search, ...change }, replace: 'panel' in change })
  return (
    <EventsView
      key={search.asset}
      asset={search.asset}
      search={search}
      onSearch={onSearch}
      header={
        <PageHeader title={t('nav.events')}>
          {search.asset ? <OfAsset id={search.asset} onClear={() => onSearch({ asset: '', panel: '' })} /> : null}
        </PageHeader>
      }
    />
  )
}

function OfAsset({ id, onClear }: { id: string; onClear: () => void }) {
  const { t } = useTranslation()
  const { data } = useRead('getAsset', { params: { id } })
  return (
    <span className="flex h-8 max-w-72 items-center gap-1 rounded-md border bg-chosen pl-2.5 text-sm">
      <span className="truncate">{t('events.ofAsset', { name: visibleText(data?.name ?? id) })}</span>
      <IconButton label={t('filter.clear')} icon={<X size={14} />} className="size-7!" onClick={onClear} />
    </span>
  )
}
