// Columns of what should be otherwise in an image.
import type { Finding } from '@yagura/schema'
import { localiseMistake } from '@yagura/schema/mistake-texts'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { visibleText } from '../../format/text.ts'

export function mistakeColumns(t: TFunction, language: string): readonly Column<Finding>[] {
  const textsOf = ({ mistake }: Finding) => (mistake ? localiseMistake(mistake, language) : undefined)
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
      id: 'title',
      title: t('fields.title'),
      width: 'minmax(180px, 1.2fr)',
      cell: (row) => <span className="font-medium">{visibleText(textsOf(row)?.title ?? row.title)}</span>,
      value: (row) => textsOf(row)?.title ?? row.title,
      phone: 'title',
    },
    {
      id: 'check',
      title: t('fields.check'),
      width: 'minmax(140px, 0.8fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.mistake?.check ?? '')}</span>,
      value: (row) => row.mistake?.check ?? null,
    },
    {
      id: 'message',
      title: t('image.message'),
      width: 'minmax(220px, 2fr)',
      cell: (row) => <span title={row.mistake?.message}>{visibleText(row.mistake?.message ?? '')}</span>,
      value: (row) => row.mistake?.message ?? null,
      phone: 'line',
    },
    {
      id: 'remedy',
      title: t('image.remedy'),
      width: 'minmax(200px, 1.6fr)',
      cell: (row) => (
        <span className="text-soft" title={textsOf(row)?.remedy}>
          {visibleText(textsOf(row)?.remedy ?? '')}
        </span>
      ),
      value: (row) => textsOf(row)?.remedy ?? null,
    },
  ]
}
