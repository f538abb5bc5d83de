// One agent: is it well, what does its sensor see, what was lost.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Agent, SensorHook } from '@yagura/schema'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/client.ts'
import { useRead } from '../../data/queries.ts'
import { useSession } from '../../data/session.ts'
import { State } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { ShortId } from '../../design/copy.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Facts, SectionTitle } from '../../design/panel.tsx'
import { Failure, Skeleton, useErrorText } from '../../design/states.tsx'
import { FullTime } from '../../design/time.tsx'
import { showToast } from '../../design/toast.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'
import { AgentState, SensorMode } from './agent-columns.tsx'

export function AgentDetail({ id }: { id: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const read = useRead('getAgent', { params: { id } }, { refreshMs: 5000 })
  const session = useSession()
  const agent = read.data
  if (!agent)
    return read.error ? (
      <div className="p-4">
        <Failure error={read.error} retry={() => void read.refetch()} />
      </div>
    ) : (
      <Skeleton lines={8} className="p-4" />
    )
  const { health } = agent
  return (
    <article className="flex flex-col gap-5 p-4">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h3 className="min-w-0 flex-1 text-base font-semibold wrap-any">{visibleText(agent.hostname)}</h3>
        <span className="text-sm">
          <AgentState agent={agent} t={t} />
        </span>
      </header>
      {health?.sensorReason ? (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn wrap-any">
          {visibleText(health.sensorReason)}
        </p>
      ) : null}
      <Facts
        facts={[
          { name: t('fields.sensor'), value: <SensorMode agent={agent} t={t} /> },
          health
            ? {
                name: t('agents.events'),
                value: t('agents.eventsText', {
                  read: format.count(health.eventsRead),
                  lost: format.count(health.eventsLost),
                  share: format.share(health.eventsLost, health.eventsRead + health.eventsLost),
                }),
              }
            : null,
          health
            ? {
                name: t('agents.spool'),
                value: t('agents.spoolText', {
                  size: format.bytes(health.spoolBytes),
                  count: health.spoolDroppedBatches,
                  dropped: format.count(health.spoolDroppedBatches),
                }),
              }
            : null,
          health
            ? {
                name: t('agents.cost'),
                value: t('agents.costText', {
                  memory: format.bytes(health.memoryBytes),
                  cpu: format.duration(health.cpuMs),
                }),
              }
            : null,
          health ? { name: t('fields.version'), value: visibleText(health.agentVersion) } : null,
          { name: t('host.machineId'), value: <ShortId id={agent.machineId} /> },
          agent.clockSkewMs === null
            ? null
            : { name: t('agents.clockSkew'), value: format.duration(agent.clockSkewMs) },
          agent.lastSeenAt ? { name: t('fields.lastSeenAt'), value: <FullTime at={agent.lastSeenAt} /> } : null,
          { name: t('agents.enrolledAt'), value: <FullTime at={agent.enrolledAt} /> },
          { name: t('agents.certificateExpiresAt'), value: <FullTime at={agent.certificateExpiresAt} /> },
        ]}
      />
      {health && health.hooks.length > 0 ? <Hooks hooks={health.hooks} /> : null}
      {session.data?.user.role === 'admin' && agent.state !== 'revoked' ? <Revoke agent={agent} /> : null}
    </article>
  )
}

function Hooks({ hooks }: { hooks: readonly SensorHook[] }) {
  const { t } = useTranslation()
  return (
    <section>
      <SectionTitle>{t('agents.hooksTitle')}</SectionTitle>
      <table className="w-full text-sm">
        <caption className="sr-only">{t('agents.hooksTitle')}</caption>
        <thead className="sr-only">
          <tr>
            <th>{t('agents.hook')}</th>
            <th>{t('fields.state')}</th>
          </tr>
        </thead>
        <tbody>
          {hooks.map((hook) => (
            <tr key={hook.name} className="border-t align-baseline">
              <td className="py-1.5 pr-3 font-mono text-xs wrap-any">{visibleText(hook.name)}</td>
              <td className="w-28 py-1.5 align-top">
                <State tone={hook.state === 'attached' ? 'good' : hook.state === 'missing' ? 'warn' : 'neutral'}>
                  {t(`hookStates.${hook.state}`)}
                </State>
                {hook.reason ? <p className="text-xs text-soft wrap-any">{visibleText(hook.reason)}</p> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Revoke({ agent }: { agent: Agent }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const errorText = useErrorText()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api('revokeAgent', { params: { id: agent.id } }),
    onSuccess: () => {
      setAsking(false)
      showToast(t('agents.revoked', { name: visibleText(agent.hostname) }))
      void queries.invalidateQueries()
    },
    onError: (error) => showToast(errorText(error)),
  })
  return (
    <div>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t('agents.revoke')}
      </Button>
      {asking ? (
        <Dialog
          title={t('agents.revokeTitle', { name: visibleText(agent.hostname) })}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
              <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
                {t('agents.revoke')}
              </Button>
            </>
          }
        >
          <p className="text-sm">{t('agents.revokeText')}</p>
        </Dialog>
      ) : null}
    </div>
  )
}
