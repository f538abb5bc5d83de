// Columns of the list of agents.
import type { Agent } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { Badge, State } from '../../design/badge.tsx'
import type { Column } from '../../design/data-table.tsx'
import { Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'

export function agentColumns(t: TFunction): readonly Column<Agent>[] {
  return [
    {
      id: 'hostname',
      title: t('fields.hostname'),
      width: 'minmax(180px, 1.4fr)',
      sort: 'hostname',
      cell: (row) => <span className="font-medium">{visibleText(row.hostname)}</span>,
      value: (row) => row.hostname,
      phone: 'title',
    },
    {
      id: 'state',
      title: t('fields.state'),
      width: '120px',
      cell: (row) => <AgentState agent={row} t={t} />,
      value: (row) => row.state,
      phone: 'side',
    },
    {
      id: 'sensor',
      title: t('fields.sensor'),
      width: 'minmax(150px, 1fr)',
      cell: (row) => <SensorMode agent={row} t={t} />,
      value: (row) => row.health?.sensorMode ?? null,
      phone: 'line',
    },
    {
      id: 'hooks',
      title: t('agents.hooks'),
      width: '96px',
      end: true,
      cell: (row) => (row.health ? `${attached(row)} / ${row.health.hooks.length}` : '–'),
      value: (row) => (row.health ? attached(row) : null),
    },
    {
      id: 'lost',
      title: t('agents.lost'),
      width: '104px',
      end: true,
      cell: (row) => {
        const lost = row.health?.eventsLost ?? 0
        return <span className={lost > 0 ? 'font-medium text-warn' : 'text-soft'}>{lost}</span>
      },
      value: (row) => row.health?.eventsLost ?? null,
    },
    {
      id: 'version',
      title: t('fields.version'),
      width: '96px',
      cell: (row) => visibleText(row.health?.agentVersion ?? '–'),
      value: (row) => row.health?.agentVersion ?? null,
    },
    {
      id: 'lastSeenAt',
      title: t('fields.lastSeenAt'),
      width: '124px',
      end: true,
      cell: (row) => (row.lastSeenAt ? <Time at={row.lastSeenAt} className="text-soft" /> : '–'),
      value: (row) => row.lastSeenAt,
      phone: 'line',
    },
  ]
}

function attached(agent: Agent): number {
  return agent.health?.hooks.filter((hook) => hook.state === 'attached').length ?? 0
}

export function AgentState({ agent, t }: { agent: Agent; t: TFunction }) {
  const tone = agent.state === 'healthy' ? 'good' : agent.state === 'silent' ? 'bad' : 'neutral'
  return <State tone={tone}>{t(`agentStates.${agent.state}`)}</State>
}

export function SensorMode({ agent, t }: { agent: Agent; t: TFunction }) {
  if (!agent.health) return <span className="text-faint">–</span>
  const { sensorMode, sensorReason } = agent.health
  return (
    <Badge tone={sensorMode === 'ebpf' ? 'good' : 'warn'} {...(sensorReason ? { title: sensorReason } : {})}>
      {t(`sensorModes.${sensorMode}`)}
    </Badge>
  )
}
