// When what happened: one lane for each tactic that was seen, one for what was done about it.
import type { IncidentDetail } from '@yagura/schema'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { STAGES } from '../../attack/stages.ts'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'

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
  const times = [...lanes.flatMap(({ marks }) => marks), ...done].map(({ at }) => Date.parse(at))
  const firstMs = Math.min(...times, Date.parse(incident.openedAt))
  const lastMs = Math.max(...times, firstMs + 1000)
  const place = (at: string) => `${(100 * (Date.parse(at) - firstMs)) / (lastMs - firstMs)}%`
  return (
    <figure className="min-h-0 flex-1 overflow-auto bg-surface p-4 sm:p-6">
      <figcaption className="mb-4 text-sm text-soft">{t('timeline.text')}</figcaption>
      <div className="min-w-120">
        {lanes.map(({ stage, marks }) => (
          <Lane key={stage} name={t(`tactics.${stage}`)}>
            {marks.map((mark) => (
              <button
                key={mark.key}
                type="button"
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
            {done.map((mark) => (
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
        <div aria-hidden="true" className="ml-32 flex sm:ml-48 justify-between border-t pt-1 text-2xs text-faint">
          {Array.from({ length: AXIS_MARKS + 1 }, (_, index) => {
            const at = new Date(firstMs + ((lastMs - firstMs) * index) / AXIS_MARKS).toISOString()
            return <span key={at}>{format.clock(at)}</span>
          })}
        </div>
      </div>
    </figure>
  )
}

function Lane({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex h-10 items-center border-t">
      <span className="w-28 shrink-0 sm:w-44 truncate pr-3 text-xs text-soft" title={name}>
        {name}
      </span>
      <div className="relative mr-3 ml-4 h-full min-w-0 flex-1">
        <span aria-hidden="true" className="absolute inset-x-0 top-1/2 border-t border-dashed" />
        {children}
      </div>
    </div>
  )
}
