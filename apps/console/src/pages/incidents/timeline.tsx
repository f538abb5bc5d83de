// When what happened: one lane for each tactic that was seen, one for what was done about it. Steps of one second and of one day
// are both to be told apart, so it zooms.
import type { IncidentDetail } from '@yagura/schema'
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { STAGES } from '../../attack/stages.ts'
import { IconButton } from '../../design/button.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { inside, isWhole, moved, type Span, zoomed } from './time-window.ts'

interface Mark {
  readonly key: string
  readonly at: string
  readonly text: string
  readonly look: keyof typeof LOOKS
}

/** Form and colour: round for what the attacker did, square for what was done about it. */
const LOOKS = {
  weak: 'size-2 rounded-full border-2 border-accent bg-surface',
  medium: 'size-3 rounded-full border-[3px] border-accent bg-surface',
  strong: 'size-3.5 rounded-full bg-accent-solid',
  response: 'size-3 bg-good',
} as const

const AXIS_MARKS = 4
const NEARER = 0.5
const ASIDE = 0.25

interface TimelineProps {
  readonly incident: IncidentDetail
  readonly onChoose: (signalId: string) => void
}

export function Timeline({ incident, onChoose }: TimelineProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const lanes = STAGES.flatMap((stage) => {
    const marks = incident.steps
      .filter((step) => step.tactic === stage)
      .map((step): Mark => ({ key: step.signalId, at: step.at, text: localised(step.sentence), look: step.grade }))
    return marks.length > 0 ? [{ stage, marks }] : []
  })
  const done = incident.actions
    .filter((action) => action.state !== 'dry-run')
    .map(
      (action): Mark => ({
        key: action.id,
        at: action.doneAt ?? action.requestedAt,
        text: `${t(`actionKinds.${action.kind}`)}: ${t(`actionStates.${action.state}`)}`,
        look: 'response',
      }),
    )
  const whole = wholeOf([...lanes.flatMap(({ marks }) => marks), ...done], incident.openedAt)
  const [chosen, setChosen] = useState<Span | null>(null)
  const view = chosen ? inside(chosen, whole) : whole
  const figure = useWheel((factor, at01) => change(zoomed(view, whole, factor, at01)))

  /** What has the focus may go out of sight, or have nothing to do any more: then the figure has it, and keys go on working. */
  function change(next: Span): void {
    const focused = focusedIn(figure.current)
    const atMs = Date.parse(focused?.dataset.at ?? '')
    const isGone = Number.isNaN(atMs) ? isWhole(next, whole) : atMs < next.fromMs || atMs > next.toMs
    if (focused && isGone) figure.current?.focus()
    setChosen(isWhole(next, whole) ? null : next)
  }

  const place = (at: string) => `${(100 * (Date.parse(at) - view.fromMs)) / (view.toMs - view.fromMs)}%`
  const shown = (marks: readonly Mark[]) =>
    marks.filter(({ at }) => Date.parse(at) >= view.fromMs && Date.parse(at) <= view.toMs)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const atMs = Date.parse(focusedIn(figure.current)?.dataset.at ?? '')
    const at01 = Number.isNaN(atMs) ? 0.5 : (atMs - view.fromMs) / (view.toMs - view.fromMs)
    if (event.key === '+' || event.key === '=') change(zoomed(view, whole, NEARER, at01))
    else if (event.key === '-') change(zoomed(view, whole, 1 / NEARER, at01))
    else if (event.key === 'ArrowLeft') change(moved(view, whole, -ASIDE))
    else if (event.key === 'ArrowRight') change(moved(view, whole, ASIDE))
    else if (event.key === '0') change(whole)
    else return
    event.preventDefault()
  }

  return (
    <figure
      ref={figure}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="outline-none min-h-0 flex-1 overflow-y-auto bg-surface p-4 sm:p-6"
    >
      <figcaption className="mb-4 flex flex-wrap items-center justify-between gap-3 text-sm text-soft">
        <span className="min-w-0 flex-1 basis-72">{t('timeline.text')}</span>
        <span className="flex shrink-0 items-center gap-1">
          <IconButton
            label={t('timeline.zoomOut')}
            icon={<ZoomOut size={15} />}
            disabled={chosen === null}
            onClick={() => change(zoomed(view, whole, 1 / NEARER))}
          />
          <IconButton
            label={t('timeline.zoomIn')}
            icon={<ZoomIn size={15} />}
            onClick={() => change(zoomed(view, whole, NEARER))}
          />
          <IconButton
            label={t('timeline.whole')}
            icon={<Maximize2 size={15} />}
            disabled={chosen === null}
            onClick={() => change(whole)}
          />
        </span>
      </figcaption>
      {lanes.map(({ stage, marks }) => (
        <Lane key={stage} name={t(`tactics.${stage}`)}>
          {shown(marks).map((mark) => (
            <button
              key={mark.key}
              type="button"
              data-at={mark.at}
              onClick={() => onChoose(mark.key)}
              title={`${format.absolute(mark.at)}\n${mark.text}`}
              aria-label={`${format.clock(mark.at)} ${t(`grades.${mark.look === 'response' ? 'strong' : mark.look}`)}: ${mark.text}`}
              style={{ left: place(mark.at) }}
              className="absolute top-1/2 grid size-6 -translate-1/2 place-items-center rounded-full hover:bg-hover"
            >
              <span aria-hidden="true" className={LOOKS[mark.look]} />
            </button>
          ))}
        </Lane>
      ))}
      {done.length > 0 ? (
        <Lane name={t('timeline.response')}>
          {shown(done).map((mark) => (
            <span
              key={mark.key}
              role="img"
              aria-label={`${format.clock(mark.at)} ${visibleText(mark.text)}`}
              title={`${format.absolute(mark.at)}\n${mark.text}`}
              style={{ left: place(mark.at) }}
              className={`absolute top-1/2 -translate-1/2 ${LOOKS.response}`}
            />
          ))}
        </Lane>
      ) : null}
      <Axis view={view} />
    </figure>
  )
}

function focusedIn(figure: HTMLElement | null): HTMLElement | null {
  const focused = document.activeElement
  return figure?.contains(focused) && focused instanceof HTMLElement ? focused : null
}

function wholeOf(marks: readonly Mark[], openedAt: string): Span {
  const times = marks.map(({ at }) => Date.parse(at))
  const fromMs = Math.min(...times, Date.parse(openedAt))
  return { fromMs, toMs: Math.max(...times, fromMs + 1000) }
}

/** Where the names of the lanes end and the lines begin. */
const LINE_INSET = 'mx-3 sm:mr-3 sm:ml-48'

function Axis({ view }: { view: Span }) {
  const { t } = useTranslation()
  const format = useFormat()
  const at = (share: number) => format.row(new Date(view.fromMs + (view.toMs - view.fromMs) * share).toISOString())
  return (
    <>
      <p className="sr-only" role="status">
        {t('timeline.scale', { from: at(0), to: at(1) })}
      </p>
      <div aria-hidden="true" data-axis className={`relative h-6 border-t text-2xs text-faint ${LINE_INSET}`}>
        {Array.from({ length: AXIS_MARKS + 1 }, (_, index) => {
          const share = index / AXIS_MARKS
          const isEnd = index === 0 || index === AXIS_MARKS
          return (
            <span
              key={share}
              style={{ left: `${100 * share}%`, transform: `translateX(-${100 * share}%)` }}
              className={`absolute top-1 whitespace-nowrap ${isEnd ? '' : 'max-sm:hidden'}`}
            >
              {at(share)}
            </span>
          )
        })}
      </div>
    </>
  )
}

function Lane({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="border-t max-sm:pt-1.5 sm:flex sm:h-10 sm:items-center">
      <span className="block w-full shrink-0 truncate text-xs text-soft sm:w-44 sm:pr-3" title={name}>
        {name}
      </span>
      <div className="relative mx-3 h-7 min-w-0 flex-1 sm:ml-4 sm:h-full">
        <span aria-hidden="true" className="absolute inset-x-0 top-1/2 border-t border-dashed" />
        {children}
      </div>
    </div>
  )
}

/** Ctrl and the wheel, and two fingers on a touch pad, which browsers tell in the same way. The page must not zoom meanwhile. */
function useWheel(zoom: (factor: number, at01: number) => void) {
  const figure = useRef<HTMLElement>(null)
  const latest = useRef(zoom)
  latest.current = zoom
  useEffect(() => {
    const element = figure.current
    if (!element) return
    function onWheel(event: WheelEvent): void {
      if (!event.ctrlKey) return
      event.preventDefault()
      const box = element?.querySelector('[data-axis]')?.getBoundingClientRect()
      const at01 = box ? (event.clientX - box.left) / box.width : 0.5
      latest.current(2 ** (Math.sign(event.deltaY) / 2), Math.min(1, Math.max(0, at01)))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])
  return figure
}
