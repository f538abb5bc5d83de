// Columns of the audit log.
import type { AuditEntry } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { State } from '../../design/badge.tsx'
import type { Column } from '../../design/data-table.tsx'
import { Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'

const TONES = { allowed: 'good', denied: 'warn', failed: 'bad' } as const

export function auditColumns(t: TFunction): readonly Column<AuditEntry>[] {
  return [
    {
      id: 'at',
      title: t('fields.at'),
      width: '128px',
      sort: 'at',
      cell: (row) => <Time at={row.at} className="text-soft" />,
      value: (row) => row.at,
      phone: 'side',
    },
    {
      id: 'actor',
      title: t('fields.actor'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => visibleText(row.actor),
      value: (row) => row.actor,
      phone: 'line',
    },
    {
      id: 'action',
      title: t('fields.action'),
      width: 'minmax(160px, 1.4fr)',
      cell: (row) => (
        <span title={row.action}>
          {t(`audit.actions.${row.action}` as 'audit.actions.signIn', { defaultValue: visibleText(row.action) })}
        </span>
      ),
      value: (row) => row.action,
      phone: 'title',
    },
    {
      id: 'target',
      title: t('fields.target'),
      width: 'minmax(160px, 1.4fr)',
      cell: (row) => <span title={row.target}>{visibleText(row.target)}</span>,
      value: (row) => row.target,
    },
    {
      id: 'outcome',
      title: t('fields.outcome'),
      width: '112px',
      cell: (row) => <State tone={TONES[row.outcome]}>{t(`outcomes.${row.outcome}`)}</State>,
      value: (row) => row.outcome,
      phone: 'line',
    },
    {
      id: 'address',
      title: t('fields.address'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.address ?? '–')}</span>,
      value: (row) => row.address,
    },
    {
      id: 'detail',
      title: t('fields.detail'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => (
        <span title={row.detail ?? ''} className="text-soft">
          {visibleText(row.detail ?? '')}
        </span>
      ),
      value: (row) => row.detail,
    },
  ]
}
