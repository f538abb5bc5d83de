// Adopting a baseline: what it will touch is shown, and it is asked once. An earlier version can be adopted again.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Baseline, NewBaseline } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { useRows } from '../../data/queries.ts'
import { useSession } from '../../data/session.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure } from '../../design/states.tsx'
import { showToast } from '../../design/toast.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'

export function useMayAdopt(): boolean {
  return useSession().data?.user.role === 'admin'
}

interface AdoptDialogProps {
  readonly baseline: Baseline
  /** How many results fail under it today, where that is known. */
  readonly failing?: number
  readonly onClose: () => void
}

export function AdoptDialog({ baseline, failing, onClose }: AdoptDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const present = useRows('listBaselines', { filter: 'inForce = true', sort: '-createdAt' }).rows.find(
    (one) => one.name === baseline.name,
  )
  const { name, version, layer, selector, checks, expected, overrides } = baseline
  const body: NewBaseline = { name, version, extends: baseline.extends, layer, selector, checks, expected, overrides }
  const adopt = useMutation({
    mutationFn: () => api('adoptBaseline', { body }),
    onSuccess: async (adopted) => {
      await queries.invalidateQueries()
      showToast(t('compliance.adopted', { name: visibleText(adopted.name), version: adopted.version }))
      onClose()
      void navigate({ to: '/compliance/baselines', search: { panel: adopted.id } })
    },
  })
  return (
    <Dialog
      title={t('compliance.adoptTitle', { name: visibleText(name) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="solid" disabled={adopt.isPending} onClick={() => adopt.mutate()}>
            {t('compliance.adopt')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2 text-sm">
        <p>{t('compliance.adoptText', { count: checks.length, shown: format.count(checks.length) })}</p>
        {failing === undefined ? null : (
          <p>{t('compliance.adoptFailing', { count: failing, shown: format.count(failing) })}</p>
        )}
        <p className="text-soft">
          {present ? t('compliance.adoptReplaces', { version: present.version }) : t('compliance.adoptFirst')}
        </p>
        {adopt.error ? <Failure error={adopt.error} /> : null}
      </div>
    </Dialog>
  )
}
