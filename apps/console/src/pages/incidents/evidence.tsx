// The raw evidence: the kernel events that the steps cite, in the table and detail of the list of events.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IncidentDetail, StoredEvent } from '@yagura/schema'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { eventKey } from '../../data/event-buffer.ts'
import { DataTable } from '../../design/data-table.tsx'
import { linkClass } from '../../design/link.tsx'
import { SidePanel } from '../../design/side-panel.tsx'
import { Empty, Failure } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { eventColumns } from '../events/columns.tsx'
import { EventDetail } from '../events/event-detail.tsx'
import { eventsOfContainers, spanOf } from './events-of.ts'

export interface IncidentEvents {
  readonly items: readonly StoredEvent[] | undefined
  readonly error: Error | null
  readonly retry: () => void
}

const REFRESH_MS = 10_000

export function useIncidentEvents(id: string): IncidentEvents {
  const { data, error, refetch } = useQuery({
    queryKey: ['listIncidentEvents', id],
    queryFn: ({ signal }) => api('listIncidentEvents', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })
  return { items: data?.items, error: data ? null : error, retry: () => void refetch() }
}

interface EvidenceProps {
  readonly incident: IncidentDetail
  readonly chosen: string | undefined
  readonly onChoose: (key: string) => void
}

export function Evidence({ incident, chosen, onChoose }: EvidenceProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const events = useIncidentEvents(incident.id)
  const columns = useMemo(
    () => eventColumns(t, format, { withAsset: true }).filter((column) => !column.optional),
    [t, format],
  )
  const open = events.items?.find((event) => eventKey(event) === chosen)
  return (
    <div className="relative flex min-h-0 flex-1 flex-col bg-surface">
      <p className="flex flex-wrap gap-x-4 gap-y-1 border-b px-4 py-2 text-sm sm:px-6">
        <span className="text-soft">{t('incidents.evidenceText')}</span>
        {incident.containerIds.length > 0 ? (
          <Link
            to="/events"
            search={{ filter: eventsOfContainers(incident.containerIds), ...spanOf(incident) }}
            className={linkClass}
          >
            {t('incidents.allEvents')}
          </Link>
        ) : null}
      </p>
      {events.error ? (
        <div className="p-4">
          <Failure error={events.error} retry={events.retry} />
        </div>
      ) : null}
      <div className="relative flex min-h-0 flex-1">
        <DataTable
          label={t('incidents.tabsOfOne.evidence')}
          columns={columns}
          rows={events.items ?? []}
          rowKey={eventKey}
          chosen={chosen}
          onOpen={(event) => onChoose(eventKey(event))}
          loading={!events.items && !events.error}
          empty={events.error ? null : <Empty title={t('incidents.noEvidence')} text={t('incidents.evidenceStayed')} />}
        />
        {open ? (
          <SidePanel label={t('events.one')} onClose={() => onChoose('')}>
            <EventDetail event={open} />
          </SidePanel>
        ) : null}
      </div>
    </div>
  )
}
