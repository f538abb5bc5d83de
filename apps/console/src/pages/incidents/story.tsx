// What happened, in sentences and in order, each with what it is called, who did it, and the evidence.
import type { IncidentDetail, IncidentStep } from '@yagura/schema'
import { EyeOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../design/badge.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { visibleText } from '../../format/text.ts'
import { EventText, EventTypeLabel } from '../events/event-text.tsx'
import { type IncidentEvents, useIncidentEvents } from './evidence.tsx'
import { groupSteps } from './group-steps.ts'
import { ProcessLine } from './process-line.tsx'
import { GRADE_TONES } from './signal-columns.tsx'
import { Technique } from './technique.tsx'

export function stepAnchor({ signalId }: Pick<IncidentStep, 'signalId'>): string {
  return `step-${signalId}`
}

interface StoryProps {
  readonly incident: IncidentDetail
  /** The signal of the step that the reader came for. */
  readonly wanted: string | null
}

export function Story({ incident, wanted }: StoryProps) {
  const { t } = useTranslation()
  const format = useFormat()
  useEffect(() => {
    if (wanted) document.getElementById(stepAnchor({ signalId: wanted }))?.focus()
  }, [wanted])
  return (
    <div>
      {groupSteps(incident.steps).map((group) => (
        <section key={group.at} aria-label={format.absolute(group.at)}>
          <h3 className="flex items-baseline gap-2 border-y bg-canvas px-4 py-1.5 text-xs text-faint first:border-t-0">
            <time dateTime={group.at}>{format.absolute(group.at)}</time>
            {group.afterMs === null ? null : (
              <span>{t('incidents.after', { duration: format.duration(rounded(group.afterMs)) })}</span>
            )}
          </h3>
          <ol>
            {group.steps.map(({ number, step }) => (
              <Step key={step.signalId} number={number} step={step} incident={incident} />
            ))}
          </ol>
        </section>
      ))}
      {incident.stepsLeftOut > 0 ? (
        <p className="border-t px-4 py-2 text-sm text-warn">
          {t('incidents.stepsLeftOut', { count: incident.stepsLeftOut, shown: format.count(incident.stepsLeftOut) })}
        </p>
      ) : null}
    </div>
  )
}

/** Nobody reads hundredths of a minute. */
function rounded(durationMs: number): number {
  const unitMs = durationMs < 120_000 ? 1000 : durationMs < 7_200_000 ? 60_000 : 360_000
  return Math.round(durationMs / unitMs) * unitMs
}

interface StepProps {
  readonly number: number
  readonly step: IncidentStep
  readonly incident: IncidentDetail
}

function Step({ number, step, incident }: StepProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const localised = useLocalised()
  const [open, setOpen] = useState(false)
  return (
    <li
      id={stepAnchor(step)}
      tabIndex={-1}
      className="flex gap-3 border-b px-4 py-3 outline-offset-[-2px] last:border-0"
    >
      <span
        aria-hidden="true"
        className="grid size-6 shrink-0 place-items-center rounded-full bg-sunken text-xs font-semibold text-soft"
      >
        {number}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="text-sm wrap-any">{localised(step.sentence)}</p>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-soft">
          <Badge>{t(`tactics.${step.tactic}`)}</Badge>
          {step.technique ? <Technique id={step.technique} /> : null}
          <Badge tone={GRADE_TONES[step.grade]}>{t(`grades.${step.grade}`)}</Badge>
          <time dateTime={step.at} title={format.absolute(step.at)} className="text-faint">
            {format.clock(step.at)}
          </time>
          <span className="font-mono text-faint" title={t('fields.rule')}>
            {visibleText(step.rule)}
          </span>
        </p>
        {step.process ? <ProcessLine process={step.process} incident={incident} /> : null}
        {step.missing ? (
          <p className="flex items-start gap-1.5 text-xs text-warn">
            <EyeOff size={13} aria-hidden="true" className="mt-0.5 shrink-0" />
            <span className="min-w-0 wrap-any">
              {t('incidents.missing')} {visibleText(step.missing)}
            </span>
          </p>
        ) : null}
        {step.eventIds.length > 0 ? (
          <div>
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="text-xs text-accent hover:underline"
            >
              {t(open ? 'incidents.hideEvidence' : 'incidents.showEvidence', {
                count: step.eventIds.length,
                shown: format.count(step.eventIds.length),
              })}
            </button>
            {open ? <StepEvidence id={incident.id} eventIds={step.eventIds} /> : null}
          </div>
        ) : null}
      </div>
    </li>
  )
}

function StepEvidence({ id, eventIds }: { id: string; eventIds: readonly string[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const events: IncidentEvents = useIncidentEvents(id)
  if (events.error) return <Failure error={events.error} retry={events.retry} />
  if (!events.items) return <Skeleton lines={2} className="py-2" />
  const own = events.items.filter((event) => eventIds.includes(event.id))
  if (own.length === 0) return <p className="py-1 text-xs text-faint">{t('incidents.evidenceStayed')}</p>
  return (
    <ul className="mt-1 flex flex-col gap-1 rounded-md border bg-canvas p-2">
      {own.map((event) => (
        <li key={event.id} className="flex min-w-0 flex-wrap items-baseline gap-x-3 text-xs">
          <time dateTime={event.at} className="font-mono text-faint">
            {format.clock(event.at)}
          </time>
          <EventTypeLabel type={event.type} />
          <span className="min-w-0 wrap-any">
            <EventText event={event} />
          </span>
        </li>
      ))}
    </ul>
  )
}
