// An asset beside the list: the facts, its findings in short, and where to go on.
import { Link } from '@tanstack/react-router'
import type { Asset } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { AssetIcon } from '../../design/asset-icon.tsx'
import { linkClass } from '../../design/link.tsx'
import { SectionTitle } from '../../design/panel.tsx'
import { SeverityCounts } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { visibleText } from '../../format/text.ts'
import { AssetFactList } from './asset-facts.tsx'
import { AssetState } from './columns.tsx'

export function AssetPanel({ id, known }: { id: string; known: Asset | undefined }) {
  const { t } = useTranslation()
  const detail = useRead('getAsset', { params: { id } })
  const asset = detail.data ?? known
  if (!asset)
    return detail.error ? (
      <div className="p-4">
        <Failure error={detail.error} retry={() => void detail.refetch()} />
      </div>
    ) : (
      <Skeleton lines={8} className="p-4" />
    )
  const imageId = detail.data?.imageId
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="flex min-w-0 items-center gap-2">
          <AssetIcon kind={asset.kind} size={17} />
          <h3 className="min-w-0 text-base font-semibold wrap-any">{visibleText(asset.name)}</h3>
        </div>
        <div className="mt-1.5 flex flex-wrap gap-x-4 text-sm">
          <AssetState asset={asset} t={t} />
          <SeverityCounts counts={asset.findingCounts} most={6} />
        </div>
      </header>
      <AssetFactList asset={asset} imageId={imageId} />
      <section>
        <SectionTitle>{t('assets.goOn')}</SectionTitle>
        <ul className="flex flex-col gap-1 text-sm">
          <li>
            <Link to="/assets/$id" params={{ id }} className={linkClass}>
              {t('assets.openPage')}
            </Link>
          </li>
          {imageId ? (
            <li>
              <Link to="/assets/$id" params={{ id: imageId }} className={linkClass}>
                {t('assets.openImage')}
              </Link>
            </li>
          ) : null}
          {asset.kind === 'image' ? null : (
            <li>
              <Link to="/events" search={{ asset: id }} className={linkClass}>
                {t('assets.openEvents')}
              </Link>
            </li>
          )}
        </ul>
      </section>
    </article>
  )
}
