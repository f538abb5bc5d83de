// How an action stands, who or what decided it, and taking it back.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ResponseAction } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { State } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure } from '../../design/states.tsx'
import { showToast } from '../../design/toast.tsx'
import { visibleText } from '../../format/text.ts'
import { canUndo } from './actions-of.ts'
import { useMayAct } from './use-change-incident.ts'

const TONES = {
  planned: 'accent',
  'dry-run': 'neutral',
  done: 'good',
  refused: 'warn',
  failed: 'bad',
  undone: 'neutral',
  expired: 'neutral',
} as const

export function ActionState({ action }: { action: ResponseAction }) {
  const { t } = useTranslation()
  return <State tone={TONES[action.state]}>{t(`actionStates.${action.state}`)}</State>
}

/** `user:ann`, `rule:miner`: what decided in the reader's words, which one as it is. */
export function useDecider(): (decidedBy: string) => string {
  const { t } = useTranslation()
  return (decidedBy) => {
    const [, kind, name] = /^(user|rule|chain|policy|token):(.*)$/s.exec(decidedBy) ?? []
    if (!kind) return visibleText(decidedBy)
    return t(`deciders.${kind as 'user'}`, { name: visibleText(name ?? '') })
  }
}

export function UndoAction({ action, container }: { action: ResponseAction; container: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const mayAct = useMayAct()
  const [asking, setAsking] = useState(false)
  const undo = useMutation({
    mutationFn: () => api('undoAction', { params: { id: action.id } }),
    onSuccess: () => {
      setAsking(false)
      showToast(t('act.undoAsked'))
      void queries.invalidateQueries({ queryKey: ['getIncident'] })
      void queries.invalidateQueries({ queryKey: ['listActions'] })
    },
  })
  if (!mayAct || !canUndo(action)) return null
  return (
    <>
      <Button className="h-7!" onClick={() => setAsking(true)}>
        {t('act.undoIt')}
      </Button>
      {asking ? (
        <Dialog
          title={t('act.undoTitle', { kind: t(`actionKinds.${action.kind}`) })}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
              <Button look="solid" disabled={undo.isPending} onClick={() => undo.mutate()}>
                {t('act.undoIt')}
              </Button>
            </>
          }
        >
          <p className="text-sm wrap-any">{t('act.undoText', { name: visibleText(container) })}</p>
          {undo.error ? (
            <div className="mt-3">
              <Failure error={undo.error} />
            </div>
          ) : null}
        </Dialog>
      ) : null}
    </>
  )
}
