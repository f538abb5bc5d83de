// Layers of an image, in build order, with the command that made each.
import type { AssetDetail, ImageDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { ShortId } from '../../design/copy.tsx'
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
        {image.data ? <LayerList layers={image.data.image.layers} /> : null}
        {image.isPending ? <Skeleton lines={5} className="p-4" /> : null}
        {image.error ? <Empty title={t('image.notScanned')} /> : null}
      </Pane>
    </PageBody>
  )
}

function LayerList({ layers }: { layers: ImageDetail['image']['layers'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ol>
      {layers.map((layer, index) => (
        <li
          key={layer.diffId}
          className="grid grid-cols-[32px_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b px-4 py-2.5 text-sm last:border-0"
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
        </li>
      ))}
    </ol>
  )
}
