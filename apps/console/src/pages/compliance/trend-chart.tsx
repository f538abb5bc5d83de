// Fails and errors by day, over what passes. Plain SVG: one bar a day, two axis labels, numbers of the day that is pointed at.
import type { ComplianceSummary } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../design/use-format.ts'
import { niceCeiling } from '../overview/nice-ceiling.ts'

type Point = ComplianceSummary['trend'][number]

const HEIGHT = 96
const BAR = 10
const GAP = 2
const MOST_DAYS = 90
/** A single day does not fill the whole width. */
const LEAST_PLACES = 14

export function TrendChart({ points }: { points: readonly Point[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [pointed, setPointed] = useState<Point | null>(null)
  const days = points.slice(-MOST_DAYS)
  const last = days.at(-1)
  const first = days[0]
  if (!last || !first) return <p className="text-sm text-soft">{t('compliance.noTrend')}</p>
  const top = niceCeiling(Math.max(...days.map((day) => day.fail + day.error)))
  const width = Math.max(LEAST_PLACES, days.length) * (BAR + GAP) - GAP
  const left = width - (days.length * (BAR + GAP) - GAP)
  const shown = pointed ?? last
  // The server keeps days of UTC.
  const date = (at: string) => at.slice(0, 10)
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
          aria-label={t('compliance.trendText', {
            from: date(first.at),
            to: date(last.at),
            first: format.count(first.fail),
            last: format.count(last.fail),
          })}
          className="h-24 min-w-0 flex-1 overflow-visible"
          onPointerLeave={() => setPointed(null)}
        >
          {[0, HEIGHT / 2, HEIGHT].map((y) => (
            <line
              key={y}
              x1="0"
              x2={width}
              y1={y}
              y2={y}
              stroke={y === HEIGHT ? 'var(--line-strong)' : 'var(--line)'}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {days.map((day, index) => {
            const x = left + index * (BAR + GAP)
            const fail = (day.fail / top) * HEIGHT
            const error = (day.error / top) * HEIGHT
            return (
              <g key={day.at} onPointerEnter={() => setPointed(day)}>
                <rect x={x - GAP / 2} width={BAR + GAP} y="0" height={HEIGHT} fill="transparent" />
                <rect
                  x={x}
                  width={BAR}
                  y={HEIGHT - fail}
                  height={fail}
                  fill={pointed === day ? 'var(--chart-hover)' : 'var(--chart)'}
                />
                <rect x={x} width={BAR} y={HEIGHT - fail - error} height={error} fill="var(--medium-fill)" />
              </g>
            )
          })}
        </svg>
      </div>
      <figcaption className="mt-1.5 flex flex-wrap justify-between gap-x-3 pl-10 text-2xs text-faint">
        <span>{date(shown.at)}</span>
        <span className="text-soft">
          {t('compliance.dayText', {
            fail: format.count(shown.fail),
            error: format.count(shown.error),
            pass: format.count(shown.pass),
          })}
        </span>
      </figcaption>
    </figure>
  )
}
