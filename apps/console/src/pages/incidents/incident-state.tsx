// Where an incident stands with people: what it was found to be, or who has to look.
import type { IncidentSummary } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { State } from '../../design/badge.tsx'

const TONES = { open: 'bad', acknowledged: 'warn', closed: 'neutral' } as const

export function IncidentState({ incident }: { incident: Pick<IncidentSummary, 'state' | 'verdict' | 'mergedInto'> }) {
  const { t } = useTranslation()
  const { state, verdict, mergedInto } = incident
  const text = mergedInto
    ? t('incidents.merged')
    : state === 'closed' && verdict
      ? t(`verdicts.${verdict}`)
      : t(`incidentStates.${state}`)
  return <State tone={TONES[state]}>{text}</State>
}
