// Columns of the list of assets, by kind.
import { Link } from '@tanstack/react-router'
import type { Asset } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { AssetIcon } from '../../design/asset-icon.tsx'
import { Badge, State } from '../../design/badge.tsx'
import { ShortId } from '../../design/copy.tsx'
import type { Column } from '../../design/data-table.tsx'
import { SeverityCounts } from '../../design/severity.tsx'
import { Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'

export function assetColumns(t: TFunction): readonly Column<Asset>[] {
  return [
    {
      id: 'name',
      title: t('fields.name'),
      width: 'minmax(240px, 2fr)',
      sort: 'name',
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <AssetIcon kind={row.kind} />
          <Link
            to="/assets/$id"
            params={{ id: row.id }}
            title={row.name}
            className="truncate font-medium hover:text-accent hover:underline"
          >
            {visibleText(row.name)}
          </Link>
        </span>
      ),
      value: (row) => row.name,
      phone: 'title',
    },
    {
      id: 'state',
      title: t('fields.state'),
      width: '112px',
      cell: (row) => <AssetState asset={row} t={t} />,
      value: (row) => row.state,
      phone: 'line',
    },
    {
      id: 'detail',
      title: t('assets.detail'),
      width: 'minmax(200px, 1.8fr)',
      cell: (row) => <AssetDetailCell asset={row} t={t} />,
      value: (row) => plainDetail(row),
      phone: 'line',
    },
    {
      id: 'findings',
      title: t('nav.findings'),
      width: 'minmax(176px, 1fr)',
      cell: (row) => <SeverityCounts counts={row.findingCounts} />,
      value: (row) => Object.values(row.findingCounts).reduce((sum, count) => sum + count, 0),
      sort: 'severity',
      phone: 'side',
    },
    {
      id: 'lastSeenAt',
      title: t('fields.lastSeenAt'),
      width: '124px',
      end: true,
      cell: (row) => <Time at={row.lastSeenAt} className="text-soft" />,
      value: (row) => row.lastSeenAt,
      sort: 'lastSeenAt',
    },
    {
      id: 'firstSeenAt',
      title: t('fields.firstSeenAt'),
      width: '124px',
      end: true,
      cell: (row) => <Time at={row.firstSeenAt} className="text-soft" />,
      value: (row) => row.firstSeenAt,
      optional: true,
    },
  ]
}

export function AssetState({ asset, t }: { asset: Pick<Asset, 'state'>; t: TFunction }) {
  const tone = asset.state === 'running' ? 'good' : asset.state === 'present' ? 'accent' : 'neutral'
  return <State tone={tone}>{t(`assetStates.${asset.state}`)}</State>
}

function plainDetail({ facts }: Asset): string {
  if (facts.kind === 'host') return `${facts.os}, ${facts.kernel}`
  if (facts.kind === 'container') return facts.imageName ?? ''
  if (facts.kind === 'image') return facts.digest
  return ''
}

/** What tells one asset of its kind from another. */
export function AssetDetailCell({ asset, t }: { asset: Asset; t: TFunction }) {
  const { facts } = asset
  if (facts.kind === 'host')
    return (
      <span className="text-soft" title={`${facts.os} · ${facts.kernel}`}>
        {visibleText(facts.os)} <span className="text-faint">· {visibleText(facts.kernel)}</span>
      </span>
    )
  if (facts.kind === 'container')
    return (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate text-soft" title={facts.imageName ?? ''}>
          {visibleText(facts.imageName ?? t('assets.noImage'))}
        </span>
        {facts.privileged ? <Badge tone="warn">{t('assets.privileged')}</Badge> : null}
      </span>
    )
  if (facts.kind === 'image')
    return (
      <span className="flex items-center gap-2">
        <ShortId id={facts.digest} />
        <span className="text-xs text-faint">{[facts.os, facts.architecture].filter(Boolean).join('/')}</span>
      </span>
    )
  return null
}
