// Open findings by severity: one bar for the eye, one line each with its number, each a link.
import { Link } from '@tanstack/react-router'
import type { Overview } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../../design/link.tsx'
import { Pane } from '../../design/panel.tsx'
import { SEVERITY_ORDER, SeverityLabel } from '../../design/severity.tsx'
import { useFormat } from '../../design/use-format.ts'

export function FindingsBySeverity({ findings }: { findings: Overview['findings'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const most = Math.max(1, ...SEVERITY_ORDER.map((severity) => findings.bySeverity[severity] ?? 0))
  return (
    <Pane
      title={t('overview.bySeverity')}
      aside={
        <Link to="/findings" search={{ filter: 'running = true' }} className={linkClass}>
          {t('overview.inRunningImages', {
            count: findings.inRunningImages,
            shown: format.count(findings.inRunningImages),
          })}
        </Link>
      }
    >
      <ul className="flex flex-col">
        {SEVERITY_ORDER.map((severity) => {
          const count = findings.bySeverity[severity] ?? 0
          return (
            <li key={severity}>
              <Link
                to="/findings"
                search={{ filter: `severity = ${severity}` }}
                className="grid h-7 grid-cols-[104px_minmax(0,1fr)_64px] items-center gap-3 rounded px-1 -mx-1 text-sm hover:bg-hover"
              >
                <SeverityLabel severity={severity} />
                <span aria-hidden="true" className="h-2 overflow-hidden rounded-sm bg-sunken">
                  <span
                    className="block h-full rounded-sm"
                    style={{
                      width: count === 0 ? 0 : `max(3px, ${(100 * count) / most}%)`,
                      background: `var(--${severity}-fill)`,
                    }}
                  />
                </span>
                <span className={`text-right ${count === 0 ? 'text-faint' : ''}`}>{format.count(count)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Pane>
  )
}
