// Columns of the list of findings.
import type { Finding } from '@yagura/schema'
import type { TFunction } from 'i18next'
import type { Column } from '../../design/data-table.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Time } from '../../design/time.tsx'
import { shortImageName, visibleText } from '../../format/text.ts'
import { EpssScore, KevBadge } from './attacks.tsx'
import { useFindingTitle } from './finding-title.ts'

export function findingColumns(t: TFunction, options: { withAsset: boolean }): readonly Column<Finding>[] {
  const asset: Column<Finding> = {
    id: 'asset',
    title: t('fields.asset'),
    width: 'minmax(120px, 1.2fr)',
    cell: (row) => <span title={row.assetName}>{shortImageName(row.assetName)}</span>,
    value: (row) => row.assetName,
    phone: 'line',
  }
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
      width: 'minmax(220px, 2.4fr)',
      cell: (row) => <FindingTitle finding={row} />,
      value: (row) => row.title,
      phone: 'title',
    },
    {
      id: 'package',
      title: t('fields.package'),
      width: 'minmax(110px, 1.2fr)',
      cell: (row) => visibleText(row.vulnerability?.package ?? ''),
      value: (row) => row.vulnerability?.package ?? null,
      phone: 'line',
    },
    {
      id: 'version',
      title: t('fields.version'),
      width: 'minmax(110px, 1fr)',
      cell: (row) => <span className="font-mono text-xs">{visibleText(row.vulnerability?.version ?? '–')}</span>,
      value: (row) => row.vulnerability?.version ?? null,
      optional: true,
    },
    {
      id: 'kev',
      title: 'KEV',
      width: '60px',
      sort: 'kev',
      cell: (row) => <KevBadge known={row.vulnerability?.kev} />,
      value: (row) => row.vulnerability?.kev?.addedOn ?? null,
      phone: 'line',
    },
    {
      id: 'epss',
      title: 'EPSS',
      width: '76px',
      sort: 'epss',
      end: true,
      cell: (row) => <EpssScore known={row.vulnerability?.epss} />,
      value: (row) => row.vulnerability?.epss?.score01 ?? null,
    },
    {
      id: 'fixedIn',
      title: t('fields.fixedIn'),
      width: 'minmax(100px, 1fr)',
      cell: (row) => <FixedIn finding={row} />,
      value: (row) => row.vulnerability?.fixedIn.join(' ') ?? null,
    },
    ...(options.withAsset ? [asset] : []),
    {
      id: 'running',
      title: t('fields.running'),
      width: '88px',
      end: true,
      cell: (row) => (row.runningContainers > 0 ? row.runningContainers : <span className="text-faint">–</span>),
      value: (row) => row.runningContainers,
    },
    {
      id: 'firstSeenAt',
      title: t('fields.firstSeenAt'),
      width: '124px',
      sort: 'firstSeenAt',
      end: true,
      cell: (row) => <Time at={row.firstSeenAt} className="text-soft" />,
      value: (row) => row.firstSeenAt,
    },
    {
      id: 'lastSeenAt',
      title: t('fields.lastSeenAt'),
      width: '124px',
      end: true,
      cell: (row) => <Time at={row.lastSeenAt} className="text-soft" />,
      value: (row) => row.lastSeenAt,
      optional: true,
    },
  ]
}

function FindingTitle({ finding }: { finding: Finding }) {
  const titleOf = useFindingTitle()
  const id = finding.vulnerability?.id
  const summary = (id && finding.summary) || titleOf(finding)
  return (
    <span title={summary}>
      {id ? <span className="mr-2 font-mono text-xs">{visibleText(id)}</span> : null}
      <span className={id ? 'text-soft' : ''}>
        {visibleText(id && summary.startsWith(id) ? summary.slice(id.length).replace(/^[\s:–-]+/, '') : summary)}
      </span>
    </span>
  )
}

function FixedIn({ finding }: { finding: Finding }) {
  const versions = finding.vulnerability?.fixedIn ?? []
  if (versions.length === 0) return <span className="text-faint">–</span>
  return (
    <span className="font-mono text-xs text-good" title={versions.join(' ')}>
      {visibleText(versions.join(' '))}
    </span>
  )
}
