// Taking, leaving, judging and opening again: the buttons of an incident. Viewers do not see them.
import type { IncidentDetail } from '@yagura/schema'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Button } from '../../design/button.tsx'
import { useChangeIncident, useMayAct, useReaderName } from './use-change-incident.ts'

const VerdictDialog = lazy(() => import('./verdict-dialog.tsx').then((module) => ({ default: module.VerdictDialog })))

export function IncidentTools({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const mayAct = useMayAct()
  const reader = useReaderName()
  const change = useChangeIncident(incident.id)
  const [judging, setJudging] = useState(false)
  const isMine = incident.owner === reader
  const take = () => change.mutate(isMine ? { owner: null, state: 'open' } : { owner: reader, state: 'acknowledged' })
  const canTake = mayAct && incident.state !== 'closed'
  useShortcuts([{ keys: 'e', text: t(isMine ? 'incidents.leave' : 'incidents.take'), run: take }], canTake)
  if (!mayAct || incident.mergedInto) return null
  return (
    <div className="flex flex-wrap gap-2">
      {canTake ? (
        <Button onClick={take} disabled={change.isPending}>
          {t(isMine ? 'incidents.leave' : 'incidents.take')}
        </Button>
      ) : (
        <Button onClick={() => change.mutate({ state: 'open', verdict: null })} disabled={change.isPending}>
          {t('incidents.reopen')}
        </Button>
      )}
      <Button look={incident.verdict ? 'plain' : 'solid'} onClick={() => setJudging(true)}>
        {t(incident.verdict ? 'incidents.judgeAgain' : 'incidents.judge')}
      </Button>
      {judging ? (
        <Suspense>
          <VerdictDialog incident={incident} onClose={() => setJudging(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}
