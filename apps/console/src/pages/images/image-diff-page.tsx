// From one image to another: what an update brings and what it takes away. Each line leads to its evidence.
import { getRouteApi, Link } from '@tanstack/react-router'
import type { FindingChange, ImageDiff, ImageSide, PackageChange } from '@yagura/schema'
import { ArrowLeftRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { AssetIcon } from '../../design/asset-icon.tsx'
import { Badge } from '../../design/badge.tsx'
import { buttonClass } from '../../design/button.tsx'
import { ShortId } from '../../design/copy.tsx'
import { linkClass } from '../../design/link.tsx'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

const route = getRouteApi('/app/images/$id/diff/$other')

export function ImageDiffPage() {
  const { t } = useTranslation()
  const { id, other } = route.useParams()
  const diff = useRead('getImageDiff', { params: { id }, query: { with: other } })
  return (
    <>
      <PageHeader
        title={t('compare.title')}
        icon={<AssetIcon kind="image" size={17} />}
        crumbs={[{ name: t('nav.assets'), to: '/assets' }]}
      >
        <Link to="/images/$id/diff/$other" params={{ id: other, other: id }} className={buttonClass('plain')}>
          <ArrowLeftRight size={15} aria-hidden="true" />
          {t('compare.swap')}
        </Link>
      </PageHeader>
      <PageBody>
        {diff.data ? <Differences diff={diff.data} /> : null}
        {diff.error ? <Failure error={diff.error} retry={() => void diff.refetch()} /> : null}
        {diff.isPending ? <Skeleton lines={10} /> : null}
      </PageBody>
    </>
  )
}

function Differences({ diff }: { diff: ImageDiff }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { findings, packages, before, after } = diff
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        <Side title={t('compare.before')} side={before} />
        <Side title={t('compare.after')} side={after} />
      </div>
      <p className="text-sm text-soft">
        {t('compare.sharedLayers', { count: diff.sharedLayers })}{' '}
        {t('compare.remaining', { count: findings.remaining, shown: format.count(findings.remaining) })}
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {(['appeared', 'gone'] as const).map((side) => (
          <Changes key={side} title={t(`compare.findings.${side}`)} list={findings[side]}>
            {(finding) => <FindingLine finding={finding} />}
          </Changes>
        ))}
      </div>
      <Changes title={t('compare.packages.changed')} list={packages.changed}>
        {(change) => <PackageLine change={change} image={after.assetId} />}
      </Changes>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Changes title={t('compare.packages.added')} list={packages.added}>
          {(change) => <PackageLine change={change} image={after.assetId} />}
        </Changes>
        <Changes title={t('compare.packages.removed')} list={packages.removed}>
          {(change) => <PackageLine change={change} image={before.assetId} />}
        </Changes>
      </div>
    </div>
  )
}

function Side({ title, side }: { title: string; side: ImageSide }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Pane title={title} aside={<Time at={side.scannedAt} />}>
      <Link to="/assets/$id" params={{ id: side.assetId }} className={`${linkClass} font-medium wrap-any`}>
        {visibleText(side.name)}
      </Link>
      <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-soft">
        {t('compare.packageCount', { count: side.packages, shown: format.count(side.packages) })}
        <ShortId id={side.digest} />
      </p>
    </Pane>
  )
}

interface ChangesProps<Item extends { readonly id: string }> {
  readonly title: string
  readonly list: { readonly items: readonly Item[]; readonly total: number }
  readonly children: (item: Item) => ReactNode
}

function Changes<Item extends { readonly id: string }>({ title, list, children }: ChangesProps<Item>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { items, total } = list
  const isCut = items.length < total
  const aside = isCut
    ? t('compare.some', { shown: format.count(items.length), total: format.count(total) })
    : format.count(total)
  return (
    <Pane title={title} aside={aside} flush>
      {total === 0 ? <p className="p-4 text-sm text-soft">{t('compare.none')}</p> : null}
      <ul className="max-h-120 overflow-y-auto">
        {items.map((item) => (
          <li
            key={item.id}
            className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b px-4 py-1.5 text-sm last:border-0"
          >
            {children(item)}
          </li>
        ))}
      </ul>
    </Pane>
  )
}

function PackageLine({ change, image }: { change: PackageChange; image: string }) {
  const { t } = useTranslation()
  const versions = [change.before, change.after].filter((list) => list.length > 0)
  return (
    <>
      <Link
        to="/assets/$id"
        params={{ id: image }}
        search={{ tab: 'packages', panel: change.id }}
        className="min-w-0 font-medium wrap-any hover:text-accent hover:underline"
      >
        {visibleText(change.name)}
      </Link>
      <Badge>{visibleText(change.type)}</Badge>
      <span className="min-w-0 flex-1 text-right font-mono text-xs wrap-any">
        {versions.map((list) => visibleText(list.join(', '))).join(' → ')}
      </span>
      {change.direction ? (
        <Badge tone={change.direction === 'older' ? 'warn' : 'neutral'}>
          {t(`compare.directions.${change.direction}`)}
        </Badge>
      ) : null}
    </>
  )
}

function FindingLine({ finding }: { finding: FindingChange }) {
  return (
    <>
      <span className="w-24 shrink-0">
        <SeverityLabel severity={finding.severity} />
      </span>
      <Link
        to="/findings/$id"
        params={{ id: finding.id }}
        title={finding.title}
        className="min-w-0 flex-1 truncate hover:text-accent hover:underline"
      >
        {visibleText(finding.title)}
      </Link>
      <span className="min-w-0 truncate text-soft">
        {visibleText([finding.package, finding.version].filter(Boolean).join(' '))}
      </span>
    </>
  )
}
