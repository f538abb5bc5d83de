// Notifications: webhooks that are told of incidents and drift. The secret is shown once; the address never again.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Severity, Webhook } from '@yagura/schema'
import { SEVERITIES } from '@yagura/schema/severities'
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

const TOPICS: readonly Webhook['topics'][number][] = ['incident', 'drift']

export function WebhooksTab() {
  const { t } = useTranslation()
  const webhooks = useRows('listWebhooks', {})
  const [creating, setCreating] = useState(false)
  const [ending, setEnding] = useState<Webhook | null>(null)
  return (
    <PageBody className="max-w-300!">
      <Pane
        title={t('webhooks.title')}
        flush
        aside={
          <Button look="solid" onClick={() => setCreating(true)}>
            {t('webhooks.create')}
          </Button>
        }
      >
        {webhooks.error ? (
          <div className="p-4">
            <Failure error={webhooks.error} retry={webhooks.reload} />
          </div>
        ) : null}
        {webhooks.loading ? <Skeleton lines={3} className="p-4" /> : null}
        {!webhooks.loading && !webhooks.error && webhooks.rows.length === 0 ? (
          <Empty title={t('webhooks.none')} text={t('webhooks.noneText')} />
        ) : null}
        {webhooks.rows.length > 0 ? (
          <SimpleTable
            label={t('webhooks.title')}
            header={[
              t('fields.name'),
              t('webhooks.host'),
              t('webhooks.topics'),
              t('webhooks.state'),
              t('webhooks.waiting'),
              t('webhooks.dropped'),
              t('common.actions'),
            ]}
            rows={webhooks.rows.map((webhook) => ({
              key: webhook.id,
              cells: [
                <span key="name" className="font-medium">
                  {visibleText(webhook.name)}
                </span>,
                visibleText(webhook.host),
                <Topics key="topics" webhook={webhook} />,
                <State key="state" webhook={webhook} />,
                webhook.waiting,
                webhook.dropped,
                <Actions key="actions" webhook={webhook} onEnd={() => setEnding(webhook)} />,
              ],
            }))}
          />
        ) : null}
      </Pane>
      {creating ? <CreateWebhook onClose={() => setCreating(false)} /> : null}
      {ending ? <EndWebhook webhook={ending} onClose={() => setEnding(null)} /> : null}
    </PageBody>
  )
}

function Topics({ webhook: { topics, leastSeverity } }: { webhook: Webhook }) {
  const { t } = useTranslation()
  return (
    <span className="flex gap-1">
      {topics.map((topic) => (
        <Badge key={topic}>{t(`webhooks.topicNames.${topic}`)}</Badge>
      ))}
      {leastSeverity === 'unknown' ? null : (
        <span className="text-soft">{t('webhooks.from', { severity: t(`severity.${leastSeverity}`) })}</span>
      )}
    </span>
  )
}

function State({ webhook: { lastFailure, lastDeliveredAt } }: { webhook: Webhook }) {
  const { t } = useTranslation()
  if (lastFailure !== null)
    return (
      <span className="text-bad" title={visibleText(lastFailure)}>
        {visibleText(lastFailure)}
      </span>
    )
  return lastDeliveredAt ? <Time at={lastDeliveredAt} /> : t('webhooks.nothingYet')
}

function Actions({ webhook, onEnd }: { webhook: Webhook; onEnd: () => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const trial = useMutation({
    mutationFn: () => api('testWebhook', { params: { id: webhook.id } }),
    onSuccess: ({ problem }) => showToast(problem === null ? t('webhooks.arrived') : visibleText(problem)),
    onError: (error) => showToast(errorText(error)),
  })
  return (
    <span className="flex gap-1">
      <Button look="quiet" className="h-7!" disabled={trial.isPending} onClick={() => trial.mutate()}>
        {t('webhooks.test')}
      </Button>
      <Button look="quiet" className="h-7! text-bad!" onClick={onEnd}>
        {t('webhooks.end')}
      </Button>
    </span>
  )
}

function CreateWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: (body: { name: string; url: string; topics: Webhook['topics']; leastSeverity: Severity }) =>
      api('createWebhook', { body }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['listWebhooks'] }),
  })

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    create.mutate({
      name: String(form.get('name')).trim(),
      url: String(form.get('url')).trim(),
      topics: TOPICS.filter((topic) => form.has(topic)),
      leastSeverity: String(form.get('severity')) as Severity,
    })
  }

  if (create.data)
    return (
      <Dialog title={t('webhooks.created')} onClose={onClose}>
        <div className="flex flex-col gap-3 text-sm">
          <p>{t('webhooks.once')}</p>
          <Command text={create.data.secret} />
          <p className="text-soft">{t('webhooks.use')}</p>
        </div>
      </Dialog>
    )
  return (
    <Dialog title={t('webhooks.create')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {create.error ? <Failure error={create.error} /> : null}
        <Field label={t('fields.name')}>
          <input name="name" required maxLength={128} autoComplete="off" className={inputClass} />
        </Field>
        <Field label={t('webhooks.url')}>
          <input
            name="url"
            type="url"
            required
            maxLength={2048}
            autoComplete="off"
            pattern="https://.+"
            className={inputClass}
          />
        </Field>
        <fieldset className="flex gap-4 text-sm">
          <legend className="mb-1 text-xs text-faint">{t('webhooks.topics')}</legend>
          {TOPICS.map((topic) => (
            <label key={topic} className="flex items-center gap-1.5">
              <input type="checkbox" name={topic} defaultChecked /> {t(`webhooks.topicNames.${topic}`)}
            </label>
          ))}
        </fieldset>
        <Field label={t('webhooks.leastSeverity')}>
          <select name="severity" defaultValue="unknown" className={inputClass}>
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {one === 'unknown' ? t('webhooks.all') : t(`severity.${one}`)}
              </option>
            ))}
          </select>
        </Field>
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="solid" disabled={create.isPending}>
            {t('webhooks.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function EndWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const errorText = useErrorText()
  const end = useMutation({
    mutationFn: () => api('deleteWebhook', { params: { id: webhook.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['listWebhooks'] })
      onClose()
    },
    onError: (error) => showToast(errorText(error)),
  })
  return (
    <Dialog
      title={t('webhooks.endTitle', { name: visibleText(webhook.name) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={end.isPending} onClick={() => end.mutate()}>
            {t('webhooks.end')}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t('webhooks.endText')}</p>
    </Dialog>
  )
}
