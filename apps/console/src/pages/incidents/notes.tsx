// What people wrote down while they looked.
import type { IncidentDetail } from '@yagura/schema'
import { type FormEvent, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../design/button.tsx'
import { Pane } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { useDecider } from './action-state.tsx'
import { useChangeIncident, useMayAct } from './use-change-incident.ts'

const LONGEST = 16_384

export function Notes({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const id = useId()
  const decider = useDecider()
  const mayAct = useMayAct()
  const change = useChangeIncident(incident.id)

  function add(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = event.currentTarget
    const note = String(new FormData(form).get('note')).trim()
    if (note) change.mutate({ note }, { onSuccess: () => form.reset() })
  }

  return (
    <Pane title={t('incidents.notes')} flush>
      {incident.notes.length === 0 ? (
        <p className="px-4 py-3 text-sm text-soft">{t('incidents.noNotes')}</p>
      ) : (
        <ul>
          {incident.notes.map((note) => (
            <li key={note.id} className="border-b px-4 py-2.5">
              <p className="text-sm whitespace-pre-line wrap-any">{visibleText(note.text)}</p>
              <p className="mt-1 flex gap-3 text-xs text-faint">
                <span className="min-w-0 truncate">{decider(note.author)}</span>
                <Time at={note.at} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {mayAct ? (
        <form onSubmit={add} className="flex flex-col items-end gap-2 p-3">
          <label htmlFor={id} className="sr-only">
            {t('incidents.note')}
          </label>
          <textarea
            id={id}
            name="note"
            rows={2}
            required
            maxLength={LONGEST}
            placeholder={t('incidents.note')}
            className="w-full resize-y rounded-md border bg-surface px-2.5 py-1.5 text-sm placeholder:text-faint"
          />
          <Button type="submit" disabled={change.isPending}>
            {t('incidents.addNote')}
          </Button>
        </form>
      ) : null}
    </Pane>
  )
}
