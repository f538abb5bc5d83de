// Columns of the list of events.
import type { StoredEvent } from '@yagura/schema'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import type { Format } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'
import { EventText, EventTypeLabel, eventText } from './event-text.tsx'

export function eventColumns(
  t: TFunction,
  format: Format,
  options: { withAsset: boolean },
): readonly Column<StoredEvent>[] {
  const asset: Column<StoredEvent> = {
    id: 'asset',
    title: t('fields.asset'),
    width: 'minmax(140px, 1fr)',
    cell: (row) => <span title={row.assetName}>{visibleText(row.assetName)}</span>,
    value: (row) => row.assetName,
    phone: 'line',
  }
  return [
    {
      id: 'at',
      title: t('fields.at'),
      width: '156px',
      cell: (row) => (
        <time dateTime={row.at} title={format.absolute(row.at)} className="font-mono text-xs text-soft">
          {format.row(row.at)}
        </time>
      ),
      value: (row) => row.at,
      phone: 'side',
    },
    {
      id: 'type',
      title: t('fields.type'),
      width: '116px',
      cell: (row) => <EventTypeLabel type={row.type} />,
      value: (row) => row.type,
      phone: 'line',
    },
    ...(options.withAsset ? [asset] : []),
    {
      id: 'command',
      title: t('fields.command'),
      width: 'minmax(96px, 0.7fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.command)}</span>,
      value: (row) => row.command,
    },
    {
      id: 'text',
      title: t('events.what'),
      width: 'minmax(260px, 3.4fr)',
      cell: (row) => <EventText event={row} />,
      value: (row) => eventText(row),
      phone: 'title',
    },
    {
      id: 'pid',
      title: t('fields.pid'),
      width: '92px',
      end: true,
      cell: (row) => <span className="text-soft">{row.pid}</span>,
      value: (row) => row.pid,
    },
    {
      id: 'uid',
      title: t('fields.uid'),
      width: '68px',
      end: true,
      cell: (row) => <span className="text-soft">{row.uid}</span>,
      value: (row) => row.uid,
      optional: true,
    },
    {
      id: 'exe',
      title: t('fields.exe'),
      width: 'minmax(160px, 1fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.exe)}</span>,
      value: (row) => row.exe,
      optional: true,
    },
  ]
}
