// How an image was built, step by step over time: the command, the layer that it made, and what came with that.
import { Link } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { AssetDetail, ImageDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
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
  const secrets = useRows('listFindings', { asset: image.assetId, kind: 'secret', sort: '-severity' }, { limit: 500 })
  const unplaced = byLayer.get(null)?.packages ?? 0
  return (
    <ol>
      {stepsOf(image).map(({ key, command, createdAt, layer, number }) => (
        <li
          key={key}
          className="grid grid-cols-[32px_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-1 border-b px-4 py-2.5 text-sm last:border-0"
        >
          <span className="text-faint">{number ?? ''}</span>
          <pre
            className={`max-h-40 min-w-0 overflow-auto font-mono text-xs whitespace-pre-wrap wrap-any ${layer ? '' : 'text-soft'}`}
          >
            {visibleText(command ?? t('image.noCommand'))}
          </pre>
          <span className="flex items-baseline gap-3 text-xs text-faint">
            {layer?.sizeBytes ? format.bytes(layer.sizeBytes) : null}
            {createdAt ? <Time at={createdAt} className="hidden sm:inline" /> : null}
            {layer ? <ShortId id={layer.diffId} /> : t('image.emptyStep')}
          </span>
          {layer ? <Introduced image={image.assetId} introduced={byLayer.get(layer.diffId)} /> : null}
          {layer ? (
            <SecretsOf
              image={image.assetId}
              count={secrets.rows.filter(({ secret }) => secret?.layer === layer.diffId).length}
            />
          ) : null}
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

interface Step {
  readonly key: string
  readonly command: string | null
  readonly createdAt: string | null
  /** Undefined for a step that only changed the configuration. */
  readonly layer: ImageDetail['image']['layers'][number] | undefined
  /** From 1, of its layer. */
  readonly number: number | undefined
}

/** Every step of the history, where it says which layers are whose; else the layers alone. */
function stepsOf({ image: { layers, history = [] } }: ImageDetail): Step[] {
  const made = history.flatMap(({ diffId }) => diffId ?? [])
  const isAligned = made.length === layers.length && made.every((diffId, at) => diffId === layers[at]?.diffId)
  const alone = layers.map(
    (layer, at): Step => ({
      key: `${at}`,
      command: layer.createdBy,
      createdAt: layer.createdAt,
      layer,
      number: at + 1,
    }),
  )
  if (!isAligned) return alone
  let next = 0
  return history.map(({ createdBy, createdAt, diffId }, at) => {
    const step = diffId === null ? undefined : alone[next++]
    return { key: `${at}`, command: createdBy, createdAt, layer: step?.layer, number: step?.number }
  })
}

function SecretsOf({ image, count }: { image: string; count: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (count === 0) return null
  return (
    <p className="col-start-2 col-end-4 text-xs">
      <Link to="/assets/$id" params={{ id: image }} search={{ tab: 'secrets' }} className="text-bad hover:underline">
        {t('image.secretsOfLayer', { count, shown: format.count(count) })}
      </Link>
    </p>
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
