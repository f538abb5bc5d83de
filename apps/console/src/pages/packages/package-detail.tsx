// One package of one image: the evidence that it is there, and what is known against it.

import { Link } from '@tanstack/react-router'
import type { FleetPackage, ImageDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
import { ShortId } from '../../design/copy.tsx'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono, SectionTitle } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Failure, Pending, Skeleton } from '../../design/states.tsx'
import { visibleText } from '../../format/text.ts'
import { useFindingTitle } from '../findings/finding-title.ts'

const MOST_FINDINGS = 50
const MOST_LOCATIONS = 50

export function PackageDetail({ id, known }: { id: string; known: FleetPackage | undefined }) {
  const read = useRead('getPackage', { params: { id } }, { enabled: known === undefined })
  const row = known ?? read.data
  if (row) return <PackageEvidence row={row} />
  return <Pending error={read.error} retry={() => void read.refetch()} />
}

function PackageEvidence({ row }: { row: FleetPackage }) {
  const { t } = useTranslation()
  const image = useRead('getImage', { params: { id: row.imageId } })
  const layers = image.data?.image.layers ?? []
  const command = layers.find(({ diffId }) => diffId === row.layer)?.createdBy
  return (
    <article className="flex flex-col gap-5 p-4">
      <h3 className="text-base font-semibold wrap-any">
        {visibleText(row.name)} <Mono className="text-sm! font-normal text-soft">{visibleText(row.version)}</Mono>
      </h3>
      <Facts
        facts={[
          {
            name: t('fields.image'),
            value: (
              <Link to="/assets/$id" params={{ id: row.imageId }} className={linkClass}>
                {visibleText(row.imageName)}
              </Link>
            ),
          },
          { name: 'purl', value: <Mono>{visibleText(row.purl)}</Mono> },
          row.source
            ? { name: t('fields.source'), value: `${visibleText(row.source.name)} ${visibleText(row.source.version)}` }
            : null,
          { name: t('fields.architecture'), value: visibleText(row.architecture ?? '') },
          { name: t('packages.licenses'), value: visibleText(row.licenses.join(', ')) },
          row.ownedBy
            ? {
                name: t('packages.ownedBy'),
                value: `${visibleText(row.ownedBy.name)} (${visibleText(row.ownedBy.type)})`,
              }
            : null,
          row.vendor ? { name: t('packages.vendor'), value: visibleText(row.vendor) } : null,
          row.module ? { name: t('packages.module'), value: visibleText(row.module) } : null,
          row.layer ? { name: t('packages.layer'), value: <LayerName layers={layers} diffId={row.layer} /> } : null,
          command ? { name: t('findings.layerCommand'), value: <Mono>{visibleText(command)}</Mono> } : null,
        ]}
      />
      <section>
        <SectionTitle>{t('packages.evidence')}</SectionTitle>
        <ul className="flex flex-col gap-1">
          {row.locations.slice(0, MOST_LOCATIONS).map((location) => (
            <li key={`${location.layer} ${location.path}`}>
              <Mono>{visibleText(location.path)}</Mono>
              {location.layer && location.layer !== row.layer ? (
                <span className="ml-2 text-xs text-faint">
                  {t('packages.layer')} <LayerName layers={layers} diffId={location.layer} />
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      </section>
      {row.findings > 0 ? <FindingsOf row={row} /> : null}
    </article>
  )
}

/** Number of the layer from the bottom, where the image is known, and its identity. */
function LayerName({ layers, diffId }: { layers: ImageDetail['image']['layers']; diffId: string }) {
  const at = layers.findIndex((layer) => layer.diffId === diffId)
  return (
    <>
      {at < 0 ? null : `${at + 1}/${layers.length} `}
      <ShortId id={diffId} />
    </>
  )
}

function FindingsOf({ row }: { row: FleetPackage }) {
  const { t } = useTranslation()
  const titleOf = useFindingTitle()
  const findings = useRows('listFindings', { package: row.id, sort: '-severity' }, { limit: MOST_FINDINGS })
  return (
    <section>
      <SectionTitle>
        {t('nav.findings')} ({row.findings})
      </SectionTitle>
      {findings.loading ? <Skeleton lines={3} /> : null}
      {findings.error ? <Failure error={findings.error} retry={findings.reload} /> : null}
      <ul className="flex flex-col gap-1.5 text-sm">
        {findings.rows.map((finding) => (
          <li key={finding.id} className="flex items-center gap-3">
            <span className="w-24 shrink-0">
              <SeverityLabel severity={finding.severity} />
            </span>
            <Link
              to="/findings/$id"
              params={{ id: finding.id }}
              title={titleOf(finding)}
              className="min-w-0 truncate hover:text-accent hover:underline"
            >
              {titleOf(finding)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
