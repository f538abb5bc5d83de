// An action by hand: what, on what and why; then what the agent says that it would do; then doing it.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { IncidentDetail, NewAction, ResponseAction } from '@yagura/schema'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { useRead } from '../../data/queries.ts'
import { State } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { type Fact, Facts } from '../../design/panel.tsx'
import { Failure } from '../../design/states.tsx'
import { showToast } from '../../design/toast.tsx'
import { visibleText } from '../../format/text.ts'
import { Field, inputClass } from '../settings/simple-table.tsx'
import {
  answerOf,
  containerName,
  lasts,
  MANUAL_KINDS,
  type ManualKind,
  namesProcess,
  needsProcess,
  processesOf,
  processKey,
} from './actions-of.ts'
import { processText } from './process-line.tsx'

const DURATIONS_MINUTES = [15, 60, 480, 1440] as const
const LOOK_AGAIN_MS = 1500
/** An agent asks for its orders every few seconds; after this the reader may go on without its word. */
const PATIENCE_MS = 20_000

interface ActDialogProps {
  readonly incident: IncidentDetail
  readonly kind: ManualKind
  readonly onClose: () => void
}

export function ActDialog({ incident, kind: first, onClose }: ActDialogProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [kind, setKind] = useState<ManualKind>(first)
  const [draft, setDraft] = useState<NewAction | null>(null)
  const ask = useMutation({
    mutationFn: (body: NewAction) => api('createAction', { params: { id: incident.id }, body }),
    onSuccess: (action) => {
      void queries.invalidateQueries({ queryKey: ['getIncident', { params: { id: incident.id } }] })
      void queries.invalidateQueries({ queryKey: ['listActions'] })
      if (action.state === 'dry-run') return
      showToast(t('act.asked'))
      onClose()
    },
  })
  const processes = processesOf(incident)
  const lacksProcess = needsProcess(kind) && processes.length === 0

  function preview(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const minutes = Number(form.get('minutes') ?? 0)
    const process = processes.find((one) => processKey(one) === form.get('process')) ?? null
    const body: NewAction = {
      kind,
      containerId: process?.containerId ?? String(form.get('container')),
      process,
      reason: String(form.get('reason')).trim(),
      dryRun: true,
      expiresInMinutes: lasts(kind) ? minutes : null,
    }
    setDraft(body)
    ask.mutate(body)
  }

  return (
    <Dialog title={t('act.title')} onClose={onClose} wide>
      {draft ? (
        <Preview
          incident={incident}
          draft={draft}
          asked={ask.data}
          failure={ask.error}
          busy={ask.isPending}
          onBack={() => {
            ask.reset()
            setDraft(null)
          }}
          onDo={() => ask.mutate({ ...draft, dryRun: false })}
        />
      ) : (
        <form onSubmit={preview} className="flex flex-col gap-3">
          <Field label={t('act.what')}>
            <select
              name="kind"
              value={kind}
              onChange={(event) => setKind(event.target.value as ManualKind)}
              className={inputClass}
            >
              {MANUAL_KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`actionKinds.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          <p className="text-sm text-soft">{t(`actionTexts.${kind}`)}</p>
          {needsProcess(kind) ? null : (
            <Field label={t('act.container')}>
              <select name="container" className={inputClass}>
                {incident.containerIds.map((id) => (
                  <option key={id} value={id}>
                    {visibleText(containerName(incident, id))} ({id.slice(0, 12)})
                  </option>
                ))}
              </select>
            </Field>
          )}
          {namesProcess(kind) && processes.length > 0 ? (
            <Field label={t('act.process')}>
              <select name="process" className={inputClass}>
                {needsProcess(kind) ? null : <option value="">{t('act.everyProcess')}</option>}
                {processes
                  .filter(({ containerId }) => containerId !== null && incident.containerIds.includes(containerId))
                  .map((one) => (
                    <option key={processKey(one)} value={processKey(one)}>
                      {one.pid} {processText(one).slice(0, 120)}
                    </option>
                  ))}
              </select>
            </Field>
          ) : null}
          {lacksProcess ? <p className="text-sm text-warn">{t('act.noProcess')}</p> : null}
          {lasts(kind) ? (
            <Field label={t('act.howLong')}>
              <select name="minutes" defaultValue="60" className={inputClass}>
                {DURATIONS_MINUTES.map((minutes) => (
                  <option key={minutes} value={minutes}>
                    {t(`act.durations.${minutes}`)}
                  </option>
                ))}
              </select>
            </Field>
          ) : null}
          <Field label={t('fields.reason')}>
            <input name="reason" required maxLength={2048} autoComplete="off" className={inputClass} />
          </Field>
          <p className="text-xs text-faint">{t('act.logged')}</p>
          <div className="mt-2 flex justify-end gap-2">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" look="solid" disabled={lacksProcess}>
              {t('act.preview')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

interface PreviewProps {
  readonly incident: IncidentDetail
  readonly draft: NewAction
  readonly asked: ResponseAction | undefined
  readonly failure: Error | null
  readonly busy: boolean
  readonly onBack: () => void
  readonly onDo: () => void
}

function Preview({ incident, draft, asked, failure, busy, onBack, onDo }: PreviewProps) {
  const { t } = useTranslation()
  const fresh = useRead('getIncident', { params: { id: incident.id } }, { refreshMs: LOOK_AGAIN_MS })
  const action = fresh.data?.actions.find(({ id }) => id === asked?.id)
  const answer = answerOf(action)
  const isTired = usePatience(asked?.id)
  const name = visibleText(containerName(incident, draft.containerId))
  const facts: (Fact | null)[] = [
    { name: t('act.what'), value: t(`actionKinds.${draft.kind}`) },
    { name: t('act.container'), value: `${name} (${draft.containerId.slice(0, 12)})` },
    { name: t('fields.hostname'), value: visibleText(incident.agentName) },
    draft.process
      ? { name: t('act.process'), value: `${draft.process.pid} ${processText(draft.process)}` }
      : namesProcess(draft.kind)
        ? { name: t('act.process'), value: t('act.everyProcess') }
        : null,
    draft.expiresInMinutes === null
      ? null
      : { name: t('act.howLong'), value: t(`act.durations.${draft.expiresInMinutes as 60}`) },
    { name: t('act.undo'), value: t(lasts(draft.kind) ? 'act.undoYes' : 'act.undoNo') },
    { name: t('fields.reason'), value: visibleText(draft.reason) },
  ]
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm font-medium">{t('act.wouldHappen')}</p>
      <p className="text-sm">{t(`actionTexts.${draft.kind}`)}</p>
      <Facts facts={facts} />
      {failure ? <Failure error={failure} /> : null}
      <div role="status" className="rounded-md border bg-canvas p-3 text-sm">
        {answer === 'would' ? (
          <State tone="good">{t('act.agentWould')}</State>
        ) : answer === 'would-not' ? (
          <>
            <State tone="bad">{t('act.agentWouldNot')}</State>
            <p className="mt-1 wrap-any">{visibleText(action?.reason ?? '')}</p>
          </>
        ) : (
          <State tone="neutral">{t(isTired ? 'act.agentSilent' : 'act.agentAsked')}</State>
        )}
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={onBack}>{t('act.back')}</Button>
        <Button
          look="danger"
          disabled={busy || answer === 'would-not' || (answer === 'waiting' && !isTired)}
          onClick={onDo}
        >
          {t('act.doIt', { kind: t(`actionKinds.${draft.kind}`), name })}
        </Button>
      </div>
    </div>
  )
}

/** True when the agent has not answered for long. */
function usePatience(id: string | undefined): boolean {
  const [tired, setTired] = useState<string | undefined>()
  useEffect(() => {
    if (!id) return
    const timer = setTimeout(() => setTired(id), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [id])
  return id !== undefined && tired === id
}
