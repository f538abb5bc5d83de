// API tokens: made here, the secret shown once, ended here.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiToken, Role, TokenRole } from '@yagura/schema'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { useRows } from '../../data/queries.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Command } from '../../design/copy.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { PageBody } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { Empty, Failure, Skeleton, useErrorText } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { showToast } from '../../design/toast.tsx'
import { visibleText } from '../../format/text.ts'
import { Field, inputClass, SimpleTable } from './simple-table.tsx'

export const ROLE_ORDER: readonly Role[] = ['viewer', 'analyst', 'admin']
const TOKEN_ROLE_ORDER: readonly TokenRole[] = [...ROLE_ORDER, 'audit-sender']

export function TokensTab() {
  const { t } = useTranslation()
  const tokens = useRows('listApiTokens', {})
  const [creating, setCreating] = useState(false)
  const [ending, setEnding] = useState<ApiToken | null>(null)
  return (
    <PageBody className="max-w-300!">
      <Pane
        title={t('tokens.title')}
        flush
        aside={
          <Button look="solid" onClick={() => setCreating(true)}>
            {t('tokens.create')}
          </Button>
        }
      >
        {tokens.error ? (
          <div className="p-4">
            <Failure error={tokens.error} retry={tokens.reload} />
          </div>
        ) : null}
        {tokens.loading ? <Skeleton lines={3} className="p-4" /> : null}
        {!tokens.loading && !tokens.error && tokens.rows.length === 0 ? (
          <Empty title={t('tokens.none')} text={t('tokens.noneText')} />
        ) : null}
        {tokens.rows.length > 0 ? (
          <SimpleTable
            label={t('tokens.title')}
            header={[
              t('fields.name'),
              t('fields.role'),
              t('tokens.createdBy'),
              t('tokens.lastUsedAt'),
              t('tokens.expiresAt'),
              t('common.actions'),
            ]}
            rows={tokens.rows.map((token) => ({
              key: token.id,
              cells: [
                <span key="name" className="font-medium">
                  {visibleText(token.name)}
                </span>,
                <Badge key="role">{t(`roles.${token.role}`)}</Badge>,
                visibleText(token.createdBy),
                token.lastUsedAt ? <Time key="used" at={token.lastUsedAt} /> : t('tokens.neverUsed'),
                <Time key="expires" at={token.expiresAt} />,
                <Button key="end" look="quiet" className="h-7! text-bad!" onClick={() => setEnding(token)}>
                  {t('tokens.end')}
                </Button>,
              ],
            }))}
          />
        ) : null}
      </Pane>
      {creating ? <CreateToken onClose={() => setCreating(false)} /> : null}
      {ending ? <EndToken token={ending} onClose={() => setEnding(null)} /> : null}
    </PageBody>
  )
}

function CreateToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: (body: { name: string; role: TokenRole; expiresInDays: number }) => api('createApiToken', { body }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['listApiTokens'] }),
  })

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    create.mutate({
      name: String(form.get('name')).trim(),
      role: String(form.get('role')) as TokenRole,
      expiresInDays: Number(form.get('days')),
    })
  }

  if (create.data)
    return (
      <Dialog title={t('tokens.created')} onClose={onClose}>
        <div className="flex flex-col gap-3 text-sm">
          <p>{t('tokens.once')}</p>
          <Command text={create.data.secret} />
          <p className="text-soft">{t('tokens.use')}</p>
          <Command text={`curl -H "Authorization: Bearer $YAGURA_TOKEN" ${window.location.origin}/api/v1/overview`} />
        </div>
      </Dialog>
    )
  return (
    <Dialog title={t('tokens.create')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {create.error ? <Failure error={create.error} /> : null}
        <Field label={t('fields.name')}>
          <input name="name" required maxLength={128} autoComplete="off" className={inputClass} />
        </Field>
        <Field label={t('fields.role')}>
          <select name="role" defaultValue="viewer" className={inputClass}>
            {TOKEN_ROLE_ORDER.map((role) => (
              <option key={role} value={role}>
                {t(`roles.${role}`)} – {t(`roleTexts.${role}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t('tokens.days')}>
          <input name="days" type="number" required min={1} max={366} defaultValue={90} className={inputClass} />
        </Field>
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="solid" disabled={create.isPending}>
            {t('tokens.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function EndToken({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const errorText = useErrorText()
  const end = useMutation({
    mutationFn: () => api('revokeApiToken', { params: { id: token.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['listApiTokens'] })
      onClose()
    },
    onError: (error) => showToast(errorText(error)),
  })
  return (
    <Dialog
      title={t('tokens.endTitle', { name: visibleText(token.name) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={end.isPending} onClick={() => end.mutate()}>
            {t('tokens.end')}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t('tokens.endText')}</p>
    </Dialog>
  )
}
