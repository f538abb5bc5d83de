// Columns of the secrets of an image: what, where, and whether a later layer took the file away.
import type { Finding } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { Badge } from '../../design/badge.tsx'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { visibleText } from '../../format/text.ts'

export function secretColumns(t: TFunction): readonly Column<Finding>[] {
  return [
    {
      id: 'severity',
      title: t('fields.severity'),
      width: '124px',
      sort: 'severity',
      cell: (row) => <SeverityLabel severity={row.severity} />,
      value: (row) => row.severity,
      phone: 'side',
    },
    {
      id: 'check',
      title: t('fields.kind'),
      width: 'minmax(150px, 1fr)',
      cell: (row) => <span className="font-medium">{visibleText(row.secret?.kind ?? '')}</span>,
      value: (row) => row.secret?.kind ?? null,
      phone: 'title',
    },
    {
      id: 'where',
      title: t('image.where'),
      width: 'minmax(220px, 2fr)',
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="min-w-0 truncate font-mono text-xs" title={placeOf(row)}>
            {visibleText(placeOf(row))}
          </span>
          {row.secret?.deletedIn ? (
            <span className="shrink-0">
              <Badge tone="warn" title={t('image.deletedIn')}>
                {t('image.deleted')}
              </Badge>
            </span>
          ) : null}
        </span>
      ),
      value: placeOf,
      phone: 'line',
    },
    {
      id: 'match',
      title: t('image.match'),
      width: 'minmax(160px, 1fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.secret?.match ?? '')}</span>,
      value: (row) => row.secret?.match ?? null,
    },
    {
      id: 'command',
      title: t('findings.layerCommand'),
      width: 'minmax(180px, 1.4fr)',
      cell: (row) => (
        <span className="font-mono text-xs text-soft" title={row.layerCommand ?? ''}>
          {visibleText(row.layerCommand ?? '–')}
        </span>
      ),
      value: (row) => row.layerCommand,
    },
  ]
}

function placeOf({ secret }: Finding): string {
  if (!secret) return ''
  return secret.line === null ? secret.path : `${secret.path}:${secret.line}`
}
