// People, and one-time links with which they sign in.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Role, User } from '@yagura/schema'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { useRows } from '../../data/queries.ts'
import { useSession } from '../../data/session.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Command } from '../../design/copy.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { PageBody } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { Failure, Skeleton, useErrorText } from '../../design/states.tsx'
import { FullTime, Time } from '../../design/time.tsx'
import { showToast } from '../../design/toast.tsx'
import { visibleText } from '../../format/text.ts'
import { Field, inputClass, SimpleTable } from './simple-table.tsx'
import { ROLE_ORDER } from './tokens-tab.tsx'

interface Link {
  readonly user: User
  readonly url: string
  readonly expiresAt: string
}

export function PeopleTab() {
  const { t } = useTranslation()
  const people = useRows('listUsers', {})
  const errorText = useErrorText()
  const me = useSession().data?.user.id
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<User | null>(null)
  const [link, setLink] = useState<Link | null>(null)
  const makeLink = useMutation({
    mutationFn: async (user: User): Promise<Link> => ({
      user,
      ...(await api('createSignInLink', { params: { id: user.id } })),
    }),
    onSuccess: setLink,
    onError: (error) => showToast(errorText(error)),
  })
  return (
    <PageBody className="max-w-300!">
      <Pane
        title={t('people.title')}
        flush
        aside={
          <Button look="solid" onClick={() => setAdding(true)}>
            {t('people.add')}
          </Button>
        }
      >
        {people.error ? (
          <div className="p-4">
            <Failure error={people.error} retry={people.reload} />
          </div>
        ) : null}
        {people.loading ? <Skeleton lines={3} className="p-4" /> : null}
        {people.rows.length > 0 ? (
          <SimpleTable
            label={t('people.title')}
            header={[
              t('fields.name'),
              t('fields.role'),
              t('people.lastSignInAt'),
              t('people.createdAt'),
              t('common.actions'),
            ]}
            rows={people.rows.map((user) => ({
              key: user.id,
              cells: [
                <span key="name" className="font-medium">
                  {visibleText(user.name)}
                </span>,
                <Badge key="role">{t(`roles.${user.role}`)}</Badge>,
                user.lastSignInAt ? <Time key="in" at={user.lastSignInAt} /> : t('people.never'),
                <Time key="made" at={user.createdAt} />,
                <span key="actions" className="flex gap-1">
                  <Button className="h-7!" disabled={makeLink.isPending} onClick={() => makeLink.mutate(user)}>
                    {t('people.link')}
                  </Button>
                  {user.id === me ? null : (
                    <Button look="quiet" className="h-7! text-bad!" onClick={() => setLeaving(user)}>
                      {t('people.remove')}
                    </Button>
                  )}
                </span>,
              ],
            }))}
          />
        ) : null}
      </Pane>
      {leaving ? <RemovePerson person={leaving} onClose={() => setLeaving(null)} /> : null}
      {adding ? <AddPerson onClose={() => setAdding(false)} /> : null}
      {link ? (
        <Dialog title={t('people.linkFor', { name: visibleText(link.user.name) })} onClose={() => setLink(null)}>
          <div className="flex flex-col gap-3 text-sm">
            <p>{t('people.linkText')}</p>
            <Command text={link.url} />
            <p className="text-xs text-faint">
              {t('enrol.expires')} <FullTime at={link.expiresAt} />
            </p>
          </div>
        </Dialog>
      ) : null}
    </PageBody>
  )
}

function AddPerson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const add = useMutation({
    mutationFn: (body: { name: string; role: Role }) => api('createUser', { body }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['listUsers'] })
      onClose()
    },
  })

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    add.mutate({ name: String(form.get('name')).trim(), role: String(form.get('role')) as Role })
  }

  return (
    <Dialog title={t('people.add')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {add.error ? <Failure error={add.error} /> : null}
        <Field label={t('fields.name')}>
          <input name="name" required maxLength={128} autoComplete="off" className={inputClass} />
        </Field>
        <Field label={t('fields.role')}>
          <select name="role" defaultValue="viewer" className={inputClass}>
            {ROLE_ORDER.map((role) => (
              <option key={role} value={role}>
                {t(`roles.${role}`)} – {t(`roleTexts.${role}`)}
              </option>
            ))}
          </select>
        </Field>
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="solid" disabled={add.isPending}>
            {t('people.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function RemovePerson({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api('deleteUser', { params: { id: person.id } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['listUsers'] })
      onClose()
    },
  })
  return (
    <Dialog
      title={t('people.removeTitle', { name: visibleText(person.name) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {t('people.remove')}
          </Button>
        </>
      }
    >
      {remove.error ? <Failure error={remove.error} /> : null}
      <p className="text-sm">{t('people.removeText')}</p>
    </Dialog>
  )
}
