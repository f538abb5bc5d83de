// Columns of the list of incidents.
import type { IncidentSummary, LocalisedText } from '@yagura/schema'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Time } from '../../design/time.tsx'
import type { Format } from '../../design/use-format.ts'
import { shortImageName, shortScope, visibleText } from '../../format/text.ts'
import { IncidentState } from './incident-state.tsx'
import { SmallStageStrip } from './stage-strip.tsx'

export function incidentColumns(
  t: TFunction,
  format: Format,
  localised: (text: LocalisedText) => string,
): readonly Column<IncidentSummary>[] {
  return [
    {
      id: 'severity',
      title: t('fields.severity'),
      width: '108px',
      sort: 'severity',
      cell: (row) => <SeverityLabel severity={row.severity} />,
      value: (row) => row.severity,
      phone: 'side',
    },
    {
      id: 'title',
      title: t('fields.title'),
      width: 'minmax(220px, 2.4fr)',
      cell: (row) => (
        <span className="font-medium" title={localised(row.title)}>
          {localised(row.title)}
        </span>
      ),
      value: (row) => localised(row.title),
      phone: 'title',
    },
    {
      id: 'asset',
      title: t('fields.assets'),
      width: 'minmax(108px, 1fr)',
      cell: (row) => <AssetNames assets={row.assets} />,
      value: (row) => row.assets.map(({ name }) => name).join(' '),
      phone: 'line',
    },
    {
      id: 'tactics',
      title: t('incidents.stages'),
      width: '132px',
      cell: (row) => <SmallStageStrip tactics={row.tactics} />,
      value: (row) => row.tactics.join(' '),
    },
    {
      id: 'steps',
      title: t('fields.steps'),
      width: '66px',
      end: true,
      cell: (row) => format.count(row.stepCount),
      value: (row) => row.stepCount,
    },
    {
      id: 'score',
      title: t('fields.score'),
      width: '72px',
      sort: 'score',
      end: true,
      cell: (row) => format.count(Math.round(row.score * 10) / 10),
      value: (row) => row.score,
    },
    {
      id: 'owner',
      title: t('fields.owner'),
      width: 'minmax(76px, 0.6fr)',
      cell: (row) => (row.owner ? visibleText(row.owner) : <span className="text-faint">–</span>),
      value: (row) => row.owner,
    },
    {
      id: 'state',
      title: t('fields.state'),
      width: '118px',
      cell: (row) => <IncidentState incident={row} />,
      value: (row) => row.verdict ?? row.state,
      phone: 'line',
    },
    {
      id: 'openedAt',
      title: t('fields.openedAt'),
      width: '112px',
      sort: 'openedAt',
      end: true,
      cell: (row) => <Time at={row.openedAt} className="text-soft" />,
      value: (row) => row.openedAt,
      phone: 'line',
    },
    {
      id: 'updatedAt',
      title: t('fields.updatedAt'),
      width: '116px',
      sort: 'updatedAt',
      end: true,
      cell: (row) => <Time at={row.updatedAt} className="text-soft" />,
      value: (row) => row.updatedAt,
      optional: true,
    },
  ]
}

function AssetNames({ assets }: { assets: IncidentSummary['assets'] }) {
  const [first] = assets
  if (!first) return <span className="text-faint">–</span>
  const shown = first.id ? shortImageName(first.name) : shortScope(first.name)
  return (
    <span title={assets.map(({ name }) => name).join('\n')}>
      {shown}
      {assets.length > 1 ? ` +${assets.length - 1}` : ''}
    </span>
  )
}
