// Events per minute over the last hour. Plain SVG: sixty bars, two axis labels; a bar opens its minute.
import { useNavigate } from '@tanstack/react-router'
import type { Overview } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../design/use-format.ts'
import { niceCeiling } from './nice-ceiling.ts'

type Bucket = Overview['events']['perMinute'][number]

const HEIGHT = 96
const BAR = 10
const GAP = 2
const MINUTE_MS = 60_000

export function EventsChart({ buckets }: { buckets: readonly Bucket[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const [pointed, setPointed] = useState<Bucket | null>(null)
  const top = niceCeiling(Math.max(0, ...buckets.map((bucket) => bucket.count)))
  const width = Math.max(1, buckets.length) * (BAR + GAP) - GAP
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0)

  function open(bucket: Bucket): void {
    const to = new Date(Date.parse(bucket.at) + MINUTE_MS).toISOString()
    void navigate({ to: '/events', search: { from: bucket.at, to } })
  }

  return (
    <figure>
      <div className="flex gap-2">
        <div
          aria-hidden="true"
          className="flex w-8 flex-col justify-between text-right text-2xs leading-none text-faint"
        >
          <span>{format.count(top)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${width} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('overview.chartText', { count: total, shown: format.count(total), most: format.count(top) })}
          className="h-24 min-w-0 flex-1 overflow-visible"
          onPointerLeave={() => setPointed(null)}
        >
          <line x1="0" x2={width} y1="0" y2="0" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
          <line
            x1="0"
            x2={width}
            y1={HEIGHT / 2}
            y2={HEIGHT / 2}
            stroke="var(--line)"
            vectorEffect="non-scaling-stroke"
          />
          <line
            x1="0"
            x2={width}
            y1={HEIGHT}
            y2={HEIGHT}
            stroke="var(--line-strong)"
            vectorEffect="non-scaling-stroke"
          />
          {buckets.map((bucket, index) => {
            const height = bucket.count === 0 ? 0 : Math.max(1.5, (bucket.count / top) * HEIGHT)
            return (
              <g key={bucket.at} onPointerEnter={() => setPointed(bucket)} onPointerDown={() => open(bucket)}>
                <rect x={index * (BAR + GAP) - GAP / 2} width={BAR + GAP} y="0" height={HEIGHT} fill="transparent" />
                <rect
                  x={index * (BAR + GAP)}
                  width={BAR}
                  y={HEIGHT - height}
                  height={height}
                  fill={pointed === bucket ? 'var(--chart-hover)' : 'var(--chart)'}
                  className="cursor-pointer"
                />
              </g>
            )
          })}
        </svg>
      </div>
      <figcaption className="mt-1.5 flex h-4 justify-between pl-10 text-2xs text-faint">
        {pointed ? (
          <span className="text-soft">
            {format.clock(pointed.at).slice(0, 5)} ·{' '}
            {t('overview.events', { count: pointed.count, shown: format.count(pointed.count) })}
          </span>
        ) : (
          <>
            <span>{t('overview.hourAgo')}</span>
            <span>{t('overview.now')}</span>
          </>
        )}
      </figcaption>
    </figure>
  )
}
