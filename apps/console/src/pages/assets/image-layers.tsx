// Layers of an image, in build order: the command that made each, and the packages that came with it.
import { Link } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { AssetDetail, ImageDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { ShortId } from '../../design/copy.tsx'
import { linkClass } from '../../design/link.tsx'
import { PageBody } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { Empty, Skeleton } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

export function ImageLayers({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const image = useRead('getImage', { params: { id: asset.id } })
  return (
    <PageBody>
      <Pane title={t('assets.tabs.layers')} flush>
        {image.data ? <LayerList image={image.data} /> : null}
        {image.isPending ? <Skeleton lines={5} className="p-4" /> : null}
        {image.error ? <Empty title={t('image.notScanned')} /> : null}
      </Pane>
    </PageBody>
  )
}

function LayerList({ image }: { image: ImageDetail }) {
  const { t } = useTranslation()
  const format = useFormat()
  const byLayer = new Map(image.introduced.map((one) => [one.diffId, one]))
  const unplaced = byLayer.get(null)?.packages ?? 0
  return (
    <ol>
      {image.image.layers.map((layer, index) => (
        <li
          key={layer.diffId}
          className="grid grid-cols-[32px_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-1 border-b px-4 py-2.5 text-sm last:border-0"
        >
          <span className="text-faint">{index + 1}</span>
          <pre className="max-h-40 min-w-0 overflow-auto font-mono text-xs whitespace-pre-wrap wrap-any">
            {visibleText(layer.createdBy ?? t('image.noCommand'))}
          </pre>
          <span className="flex items-baseline gap-3 text-xs text-faint">
            {layer.sizeBytes === null ? null : format.bytes(layer.sizeBytes)}
            {layer.createdAt ? <Time at={layer.createdAt} className="hidden sm:inline" /> : null}
            <ShortId id={layer.diffId} />
          </span>
          <Introduced image={image.assetId} introduced={byLayer.get(layer.diffId)} />
        </li>
      ))}
      {unplaced > 0 ? (
        <li className="px-4 py-2.5 text-sm text-soft">
          {t('image.unplaced', { count: unplaced, shown: format.count(unplaced) })}
        </li>
      ) : null}
    </ol>
  )
}

interface IntroducedProps {
  readonly image: string
  readonly introduced: ImageDetail['introduced'][number] | undefined
}

/** How many packages came with a layer, the first few by name, and the way to all of them. */
function Introduced({ image, introduced }: IntroducedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!introduced?.diffId) return null
  const { diffId, names, packages } = introduced
  return (
    <p className="col-start-2 col-end-4 flex min-w-0 gap-2 text-xs">
      <Link
        to="/assets/$id"
        params={{ id: image }}
        search={{ tab: 'packages', filter: `layer = ${printValue(diffId)}` }}
        className={`${linkClass} shrink-0`}
      >
        {t('image.newPackages', { count: packages, shown: format.count(packages) })}
      </Link>
      <span className="min-w-0 truncate text-faint">
        {visibleText(names.join(', '))}
        {packages > names.length ? ' …' : ''}
      </span>
    </p>
  )
}
