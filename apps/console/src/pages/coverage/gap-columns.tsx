// Columns of the list of coverage gaps.
import { Link } from '@tanstack/react-router'
import type { CoverageGap } from '@yagura/schema'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import { Time } from '../../design/time.tsx'
import { shortImageName, shortScope, visibleText } from '../../format/text.ts'

export function gapColumns(t: TFunction): readonly Column<CoverageGap>[] {
  return [
    {
      id: 'code',
      title: t('fields.code'),
      width: 'minmax(200px, 1.1fr)',
      sort: 'code',
      cell: (row) => (
        <span className="font-medium" title={row.code}>
          {t(`gapCodes.${row.code}`)}
        </span>
      ),
      value: (row) => row.code,
      phone: 'title',
    },
    {
      id: 'reason',
      title: t('fields.reason'),
      width: 'minmax(260px, 2.4fr)',
      cell: (row) => <span title={row.reason}>{visibleText(row.reason)}</span>,
      value: (row) => row.reason,
      phone: 'line',
    },
    {
      id: 'scope',
      title: t('fields.scope'),
      width: 'minmax(140px, 1fr)',
      sort: 'scope',
      cell: (row) => <GapScope gap={row} t={t} />,
      value: (row) => row.assetName ?? row.scope,
    },
    {
      id: 'subject',
      title: t('fields.subject'),
      width: 'minmax(140px, 1fr)',
      cell: (row) => (
        <span className="font-mono text-xs" title={row.subject}>
          {visibleText(row.subject) || '–'}
        </span>
      ),
      value: (row) => row.subject,
    },
    {
      id: 'count',
      title: t('fields.count'),
      width: '84px',
      end: true,
      cell: (row) => row.count,
      value: (row) => row.count,
      phone: 'side',
    },
    {
      id: 'lastSeenAt',
      title: t('fields.lastSeenAt'),
      width: '124px',
      end: true,
      sort: 'lastSeenAt',
      cell: (row) => <Time at={row.lastSeenAt} className="text-soft" />,
      value: (row) => row.lastSeenAt,
    },
    {
      id: 'remedy',
      title: t('gaps.remedy'),
      width: 'minmax(200px, 1.4fr)',
      cell: (row) => visibleText(row.remedy ?? '–'),
      value: (row) => row.remedy,
      optional: true,
    },
  ]
}

/** The asset in a word when it is one; else the scope as it is. */
export function GapScope({ gap, t }: { gap: CoverageGap; t: TFunction }) {
  const text =
    gap.scope === 'fleet' ? t('gaps.fleet') : gap.assetName ? shortImageName(gap.assetName) : shortScope(gap.scope)
  const whole = gap.assetName ? `${gap.assetName} (${gap.scope})` : gap.scope
  if (!gap.assetId) return <span title={whole}>{text}</span>
  return (
    <Link to="/assets/$id" params={{ id: gap.assetId }} title={whole} className="hover:text-accent hover:underline">
      {text}
    </Link>
  )
}
