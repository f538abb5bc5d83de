// Columns of the list of packages.
import type { FleetPackage } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { Badge } from '../../design/badge.tsx'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { shortImageName, visibleText } from '../../format/text.ts'

export function packageColumns(t: TFunction, options: { withImage: boolean }): readonly Column<FleetPackage>[] {
  const image: Column<FleetPackage> = {
    id: 'image',
    title: t('fields.image'),
    width: 'minmax(160px, 1.6fr)',
    cell: (row) => <span title={row.imageName}>{shortImageName(row.imageName)}</span>,
    value: (row) => row.imageName,
    phone: 'line',
  }
  return [
    {
      id: 'name',
      title: t('fields.name'),
      width: 'minmax(180px, 1.6fr)',
      sort: 'name',
      cell: (row) => (
        <span className="font-medium" title={row.purl}>
          {visibleText(row.name)}
        </span>
      ),
      value: (row) => row.name,
      phone: 'title',
    },
    {
      id: 'version',
      title: t('fields.version'),
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => (
        <>
          <span className="font-mono text-xs">{visibleText(row.version)}</span>
          {row.versionVerdict === 'undetermined' ? (
            <>
              {' '}
              <Badge tone="warn" title={t('packages.undeterminedText')}>
                {t('packages.undetermined')}
              </Badge>
            </>
          ) : null}
        </>
      ),
      value: (row) => row.version,
      phone: 'line',
    },
    {
      id: 'type',
      title: t('fields.type'),
      width: '88px',
      cell: (row) => <Badge>{visibleText(row.type)}</Badge>,
      value: (row) => row.type,
    },
    {
      id: 'severity',
      title: t('packages.worst'),
      width: '132px',
      sort: 'severity',
      cell: (row) =>
        row.worstSeverity ? <SeverityLabel severity={row.worstSeverity} /> : <span className="text-faint">–</span>,
      value: (row) => row.worstSeverity,
      phone: 'side',
    },
    {
      id: 'findings',
      title: t('nav.findings'),
      width: '92px',
      end: true,
      cell: (row) => (row.findings > 0 ? row.findings : <span className="text-faint">–</span>),
      value: (row) => row.findings,
    },
    ...(options.withImage ? [image] : []),
    {
      id: 'source',
      title: t('fields.source'),
      width: 'minmax(140px, 1fr)',
      cell: (row) => <span className="text-soft">{visibleText(row.source?.name ?? '–')}</span>,
      value: (row) => row.source?.name ?? null,
      optional: true,
    },
    {
      id: 'purl',
      title: 'purl',
      width: 'minmax(220px, 2fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.purl)}</span>,
      value: (row) => row.purl,
      optional: true,
    },
  ]
}
