// Columns of the list of results.
import type { LocalisedText, StoredCheckResult } from '@yagura/schema'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Time } from '../../design/time.tsx'
import { shortImageName, visibleText } from '../../format/text.ts'
import { VerdictLabel } from './verdict.tsx'

export function resultColumns(
  t: TFunction,
  localised: (text: LocalisedText) => string,
): readonly Column<StoredCheckResult>[] {
  return [
    {
      id: 'verdict',
      title: t('fields.verdict'),
      width: '128px',
      sort: 'urgency',
      cell: (row) => <VerdictLabel verdict={row.verdict} />,
      value: (row) => row.verdict,
      phone: 'side',
    },
    {
      id: 'severity',
      title: t('fields.severity'),
      width: '116px',
      sort: 'severity',
      cell: (row) => <SeverityLabel severity={row.severity} />,
      value: (row) => row.severity,
      phone: 'line',
    },
    {
      id: 'check',
      title: t('fields.check'),
      width: 'minmax(152px, 0.6fr)',
      sort: 'check',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.check)}</span>,
      value: (row) => row.check,
      phone: 'line',
    },
    {
      id: 'title',
      title: t('fields.title'),
      width: 'minmax(220px, 2.4fr)',
      cell: (row) => <span title={localised(row.title)}>{localised(row.title)}</span>,
      value: (row) => localised(row.title),
      phone: 'title',
    },
    {
      id: 'resource',
      title: t('fields.resource'),
      width: 'minmax(120px, 1.1fr)',
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
      id: 'controls',
      title: t('compliance.controls'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <span className="text-xs text-soft">{controlsText(t, row)}</span>,
      value: (row) => controlsText(t, row),
      optional: true,
    },
    {
      id: 'changedAt',
      title: t('fields.changedAt'),
      width: '124px',
      sort: 'changedAt',
      end: true,
      cell: (row) => <Time at={row.changedAt} className="text-soft" />,
      value: (row) => row.changedAt,
    },
  ]
}

function controlsText(t: TFunction, { controls }: StoredCheckResult): string {
  return visibleText(controls.map(({ framework, section }) => `${t(`frameworks.${framework}`)} ${section}`).join(', '))
}
