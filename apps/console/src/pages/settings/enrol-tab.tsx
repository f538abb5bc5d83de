// Enrolling an agent: a one-time token, and the commands that use it on the new host.
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { Button } from '../../design/button.tsx'
import { Command } from '../../design/copy.tsx'
import { PageBody } from '../../design/page.tsx'
import { Pane } from '../../design/panel.tsx'
import { Failure } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'

/** The token goes into a file, so that it does not show in the list of processes. As in docs/guide/en/agents.md. */
function commands(token: string): string {
  return `sudo install -m 600 /dev/stdin /root/yagura-token <<'END'
${token}
END
npm run setup
sudo YAGURA_ENROLMENT_TOKEN_FILE=/root/yagura-token node_modules/.bin/node apps/agent/src/main.ts`
}

export function EnrolTab() {
  const { t } = useTranslation()
  const create = useMutation({ mutationFn: () => api('createEnrolmentToken') })
  return (
    <PageBody className="max-w-220!">
      <Pane title={t('enrol.title')}>
        <div className="flex flex-col items-start gap-4 text-sm">
          <p className="max-w-prose text-soft">{t('enrol.text')}</p>
          <Button look="solid" disabled={create.isPending} onClick={() => create.mutate()}>
            {t(create.data ? 'enrol.another' : 'enrol.create')}
          </Button>
          {create.error ? <Failure error={create.error} /> : null}
          {create.data ? (
            <div className="flex w-full flex-col gap-2" aria-live="polite">
              <p>{t('enrol.run')}</p>
              <Command text={commands(create.data.token)} />
              <p className="text-xs text-faint">
                {t('enrol.expires')} <FullTime at={create.data.expiresAt} />
              </p>
            </div>
          ) : null}
        </div>
      </Pane>
    </PageBody>
  )
}
