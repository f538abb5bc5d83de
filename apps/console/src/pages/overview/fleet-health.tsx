// Is everything seen: agents, coverage, advisories.
import { Link } from '@tanstack/react-router'
import type { Overview } from '@yagura/schema'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { State } from '../../design/badge.tsx'
import { linkClass } from '../../design/link.tsx'
import { Pane } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'

export function FleetHealth({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { agents, advisories, coverageGaps } = overview
  return (
    <Pane title={t('overview.coverage')} flush>
      <ul className="text-sm">
        <HealthLine
          name={
            <Link to="/coverage/$tab" params={{ tab: 'agents' }} className={linkClass}>
              {t('coverage.tabs.agents')}
            </Link>
          }
        >
          <State tone="good">{t('overview.healthy', { count: agents.healthy })}</State>
          {agents.silent > 0 ? <State tone="bad">{t('overview.silent', { count: agents.silent })}</State> : null}
          {agents.reduced > 0 ? <State tone="warn">{t('overview.reduced', { count: agents.reduced })}</State> : null}
        </HealthLine>
        <HealthLine
          name={
            <Link to="/coverage/$tab" params={{ tab: 'gaps' }} className={linkClass}>
              {t('coverage.tabs.gaps')}
            </Link>
          }
        >
          <State tone={coverageGaps > 0 ? 'warn' : 'good'}>
            {coverageGaps > 0
              ? t('overview.gaps', { count: coverageGaps, shown: format.count(coverageGaps) })
              : t('overview.noGaps')}
          </State>
        </HealthLine>
        <HealthLine
          name={
            <Link to="/coverage/$tab" params={{ tab: 'advisories' }} className={linkClass}>
              {t('coverage.tabs.advisories')}
            </Link>
          }
        >
          <State tone={advisories.state === 'ready' ? 'good' : 'warn'}>
            {advisories.state === 'ready'
              ? t('overview.advisories', { count: advisories.advisories, shown: format.count(advisories.advisories) })
              : t(`advisories.states.${advisories.state}`)}
          </State>
          {advisories.builtAt ? <Time at={advisories.builtAt} className="text-xs text-faint" /> : null}
        </HealthLine>
      </ul>
    </Pane>
  )
}

function HealthLine({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <li className="grid min-h-10 grid-cols-[minmax(108px,auto)_minmax(0,1fr)] items-center gap-4 border-b px-4 py-1.5 last:border-0">
      {name}
      <span className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1">{children}</span>
    </li>
  )
}
