// What an incident turned out to be. The dialog says what the model makes of each answer, because it learns from it.

import type { IncidentDetail } from '@yagura/schema'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure } from '../../design/states.tsx'
import { Field, inputClass } from '../settings/simple-table.tsx'
import { useChangeIncident } from './use-change-incident.ts'
import { INCIDENT_VERDICTS, type IncidentVerdict } from './verdicts.ts'

export function VerdictDialog({ incident, onClose }: { incident: IncidentDetail; onClose: () => void }) {
  const { t } = useTranslation()
  const change = useChangeIncident(incident.id)
  const [verdict, setVerdict] = useState<IncidentVerdict | null>(incident.verdict)

  function judge(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    if (!verdict) return
    const note = String(new FormData(event.currentTarget).get('note')).trim()
    change.mutate({ verdict, ...(note ? { note } : {}) }, { onSuccess: onClose })
  }

  return (
    <Dialog title={t('verdict.title')} onClose={onClose} wide>
      <form onSubmit={judge} className="flex flex-col gap-3">
        <fieldset className="flex flex-col gap-2">
          <legend className="sr-only">{t('verdict.title')}</legend>
          {INCIDENT_VERDICTS.map((one) => (
            <label
              key={one}
              className={`flex cursor-pointer gap-3 rounded-md border p-3 text-sm ${one === verdict ? 'border-accent bg-chosen' : 'hover:bg-hover'}`}
            >
              <input
                type="radio"
                name="verdict"
                value={one}
                checked={one === verdict}
                onChange={() => setVerdict(one)}
                className="mt-1 accent-accent-solid"
              />
              <span className="min-w-0">
                <span className="block font-medium">{t(`verdicts.${one}`)}</span>
                <span className="block text-soft">{t(`verdict.means.${one}`)}</span>
                <span className="mt-1 block text-soft">{t(`verdict.learns.${one}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label={t('verdict.why')}>
          <input name="note" maxLength={4096} autoComplete="off" className={inputClass} />
        </Field>
        {change.error ? <Failure error={change.error} /> : null}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="solid" disabled={!verdict || change.isPending}>
            {t('verdict.judge')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
