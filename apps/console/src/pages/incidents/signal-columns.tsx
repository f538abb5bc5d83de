// Columns of the list of signals.
import type { LocalisedText, StoredSignal } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { Badge } from '../../design/badge.tsx'
import type { Column } from '../../design/data-table.tsx'
import type { Format } from '../../design/use-format.ts'
import { shortImageName, visibleText } from '../../format/text.ts'

export const GRADE_TONES = { weak: 'neutral', medium: 'warn', strong: 'bad' } as const

export function signalColumns(
  t: TFunction,
  format: Format,
  localised: (text: LocalisedText) => string,
): readonly Column<StoredSignal>[] {
  return [
    {
      id: 'at',
      title: t('fields.at'),
      width: '156px',
      sort: 'at',
      cell: (row) => (
        <time dateTime={row.at} title={format.absolute(row.at)} className="font-mono text-xs text-soft">
          {format.row(row.at)}
        </time>
      ),
      value: (row) => row.at,
      phone: 'side',
    },
    {
      id: 'grade',
      title: t('fields.grade'),
      width: '96px',
      cell: (row) => <Badge tone={GRADE_TONES[row.grade]}>{t(`grades.${row.grade}`)}</Badge>,
      value: (row) => row.grade,
      phone: 'line',
    },
    {
      id: 'sentence',
      title: t('events.what'),
      width: 'minmax(260px, 3fr)',
      cell: (row) => <span title={localised(row.sentence)}>{localised(row.sentence)}</span>,
      value: (row) => localised(row.sentence),
      phone: 'title',
    },
    {
      id: 'asset',
      title: t('fields.asset'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => <span title={row.assetName || row.assetKey}>{shortImageName(row.assetName) || '–'}</span>,
      value: (row) => row.assetName,
      phone: 'line',
    },
    {
      id: 'tactic',
      title: t('fields.tactic'),
      width: 'minmax(130px, 0.8fr)',
      cell: (row) => (row.tactic ? t(`tactics.${row.tactic}`) : '–'),
      value: (row) => row.tactic,
    },
    {
      id: 'technique',
      title: t('fields.technique'),
      width: '104px',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.technique ?? '–')}</span>,
      value: (row) => row.technique,
    },
    {
      id: 'rule',
      title: t('fields.rule'),
      width: 'minmax(140px, 1fr)',
      cell: (row) => (
        <span className="font-mono text-xs" title={row.rule}>
          {visibleText(row.rule)}
        </span>
      ),
      value: (row) => row.rule,
    },
    {
      id: 'rarity',
      title: t('fields.rarity'),
      width: '84px',
      end: true,
      cell: (row) => format.share(row.rarity01, 1),
      value: (row) => row.rarity01,
      optional: true,
    },
  ]
}
