// Is this asset under attack, or was it: what is open first. Says nothing where nothing ever was.
import { Link } from '@tanstack/react-router'
import type { AssetDetail, IncidentSummary } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { useRows } from '../../data/queries.ts'
import { Pane } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useLocalised } from '../../design/use-localised.ts'
import { IncidentState } from '../incidents/incident-state.tsx'

const SHORT_LIST = 5

export function AssetIncidents({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation()
  const query = { asset: asset.id, state: 'all', sort: '-updatedAt' } as const
  const incidents = useRows('listIncidents', query, { limit: SHORT_LIST, refreshMs: 5000 })
  return (
    <Pane flush title={t('nav.incidents')} aside={incidents.total || null}>
      {incidents.loading ? <Skeleton lines={2} className="p-4" /> : null}
      {incidents.error ? (
        <div className="p-4">
          <Failure error={incidents.error} retry={incidents.reload} />
        </div>
      ) : null}
      {!incidents.loading && !incidents.error && incidents.rows.length === 0 ? (
        <p className="p-4 text-sm text-soft">{t('assets.noIncidents')}</p>
      ) : null}
      <ul>
        {incidents.rows.map((incident) => (
          <IncidentLine key={incident.id} incident={incident} />
        ))}
      </ul>
    </Pane>
  )
}

function IncidentLine({ incident }: { incident: IncidentSummary }) {
  const localised = useLocalised()
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5 text-sm last:border-0">
      <span className="w-24 shrink-0">
        <SeverityLabel severity={incident.severity} />
      </span>
      <Link
        to="/incidents/$id"
        params={{ id: incident.id }}
        title={localised(incident.title)}
        className="min-w-40 flex-1 truncate font-medium hover:text-accent hover:underline"
      >
        {localised(incident.title)}
      </Link>
      <IncidentState incident={incident} />
      <Time at={incident.updatedAt} className="text-xs text-faint" />
    </li>
  )
}
