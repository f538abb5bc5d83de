// What was done about an incident and by whom, and what can be done.
import type { IncidentDetail, ResponseAction } from '@yagura/schema'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../design/button.tsx'
import { Mono, Pane } from '../../design/panel.tsx'
import { FullTime, Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { ActionState, UndoAction, useDecider } from './action-state.tsx'
import { containerName, type ManualKind } from './actions-of.ts'
import { processText } from './process-line.tsx'
import { useMayAct } from './use-change-incident.ts'

const ActDialog = lazy(() => import('./act-dialog.tsx').then((module) => ({ default: module.ActDialog })))

/** The ones people reach for first; the dialog has them all. */
const QUICK: readonly ManualKind[] = ['capture', 'freeze', 'quarantine-network', 'kill-tree']

export function ActionsPane({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const mayAct = useMayAct()
  const [acting, setActing] = useState<ManualKind | null>(null)
  const canAct = mayAct && incident.containerIds.length > 0
  return (
    <Pane title={t('incidents.actions')} flush>
      {canAct ? (
        <div className="flex flex-wrap gap-2 border-b p-3">
          {QUICK.map((kind) => (
            <Button key={kind} onClick={() => setActing(kind)}>
              {t(`actionKinds.${kind}`)}
            </Button>
          ))}
          <Button look="quiet" onClick={() => setActing('deny-exec')}>
            {t('act.more')}
          </Button>
        </div>
      ) : null}
      {incident.actions.length === 0 ? (
        <p className="p-4 text-sm text-soft">
          {t(
            incident.containerIds.length === 0
              ? 'incidents.onHostOnly'
              : incident.containable
                ? 'incidents.noActionsContainable'
                : 'incidents.noActions',
          )}
        </p>
      ) : (
        <ul>
          {incident.actions.toReversed().map((action) => (
            <Action key={action.id} action={action} incident={incident} />
          ))}
        </ul>
      )}
      {acting ? (
        <Suspense>
          <ActDialog incident={incident} kind={acting} onClose={() => setActing(null)} />
        </Suspense>
      ) : null}
    </Pane>
  )
}

function Action({ action, incident }: { action: ResponseAction; incident: IncidentDetail }) {
  const { t } = useTranslation()
  const decider = useDecider()
  const name = containerName(incident, action.containerId)
  return (
    <li className="flex flex-col gap-1 border-b px-4 py-2.5 text-sm last:border-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span className="font-medium">{t(`actionKinds.${action.kind}`)}</span>
        <span className="flex items-center gap-3">
          <ActionState action={action} />
          <UndoAction action={action} container={name} />
        </span>
      </div>
      <p className="text-xs text-soft wrap-any">
        {visibleText(name)}
        {action.process ? ` · ${action.process.pid} ${processText(action.process)}` : ''}
      </p>
      {action.reason ? <p className="text-xs wrap-any">{visibleText(action.reason)}</p> : null}
      <p className="flex flex-wrap gap-x-3 text-xs text-faint wrap-any">
        <span>{decider(action.decidedBy)}</span>
        <Time at={action.doneAt ?? action.requestedAt} />
        {action.expiresAt && action.state === 'done' ? (
          <span>
            {t('act.until')} <FullTime at={action.expiresAt} />
          </span>
        ) : null}
      </p>
      {action.evidence.length > 0 ? (
        <details className="text-xs">
          <summary className="cursor-pointer text-accent">
            {t('act.captured', { count: action.evidence.length })}
          </summary>
          <p className="my-1 text-faint">{t('act.capturedWhere', { name: visibleText(incident.agentName) })}</p>
          <ul>
            {action.evidence.map((file) => (
              <li key={file}>
                <Mono>{visibleText(file)}</Mono>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  )
}
