// How far an attack got: the fourteen tactics in a row, those that were seen, and those that are likely to come next.
import type { IncidentReport, Tactic } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { STAGES } from '../../attack/stages.ts'
import { useFormat } from '../../design/use-format.ts'

/** In a row of a table: bars, with the words for screen readers and on hover. */
export function SmallStageStrip({ tactics }: { tactics: readonly Tactic[] }) {
  const { t } = useTranslation()
  const words = STAGES.filter((stage) => tactics.includes(stage))
    .map((stage) => t(`tactics.${stage}`))
    .join(', ')
  return (
    <span className="inline-flex items-center gap-0.5 align-middle" title={words}>
      <span className="sr-only">{words}</span>
      {STAGES.map((stage) => (
        <span
          key={stage}
          aria-hidden="true"
          className={`w-1.5 rounded-sm ${tactics.includes(stage) ? 'h-3.5 bg-accent-solid' : 'h-1.5 bg-line-strong'}`}
        />
      ))}
    </span>
  )
}

interface StageStripProps {
  readonly steps: IncidentReport['steps']
  readonly next: IncidentReport['nextTactics']
  readonly onChoose: (tactic: Tactic) => void
}

export function StageStrip({ steps, next, onChoose }: StageStripProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ol
      aria-label={t('incidents.stages')}
      className="grid grid-cols-2 gap-1.5 p-3 sm:grid-cols-4 lg:grid-cols-7 2xl:grid-cols-14"
    >
      {STAGES.map((stage) => {
        const count = steps.filter((step) => step.tactic === stage).length
        const likely = next.find((one) => one.tactic === stage)
        const name = <span className="text-xs leading-4 hyphens-auto wrap-any">{t(`tactics.${stage}`)}</span>
        if (count > 0)
          return (
            <li key={stage}>
              <button
                type="button"
                onClick={() => onChoose(stage)}
                className="flex size-full min-h-13 flex-col justify-between gap-1 rounded-md bg-accent-solid px-2 py-1.5 text-left text-on-accent hover:bg-accent-solid-hover"
              >
                <span className="font-medium">{name}</span>
                <span className="text-2xs">{t('incidents.steps', { count, shown: format.count(count) })}</span>
              </button>
            </li>
          )
        if (likely)
          return (
            <li
              key={stage}
              className="flex min-h-13 flex-col justify-between gap-1 rounded-md border border-dashed border-warn px-2 py-1.5 text-warn"
            >
              {name}
              <span className="text-2xs">
                {t('incidents.likely', { share: format.share(likely.probability01, 1) })}
              </span>
            </li>
          )
        return (
          <li key={stage} className="min-h-13 rounded-md bg-sunken px-2 py-1.5 text-faint max-sm:hidden">
            {name}
          </li>
        )
      })}
    </ol>
  )
}
