// What an incident is about, in facts: where, since when, who has it, how sure.
import { Link } from '@tanstack/react-router'
import type { IncidentDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../../design/link.tsx'
import { Facts } from '../../design/panel.tsx'
import { FullTime } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { shortScope, visibleText } from '../../format/text.ts'
import { ProcessLine } from './process-line.tsx'

export function IncidentFacts({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Facts
      facts={[
        { name: t('fields.assets'), value: <AssetLinks assets={incident.assets} /> },
        { name: t('fields.hostname'), value: visibleText(incident.agentName) },
        { name: t('fields.owner'), value: incident.owner ? visibleText(incident.owner) : t('incidents.nobody') },
        {
          name: t('fields.score'),
          value: `${format.count(Math.round(incident.score * 10) / 10)}${incident.containable ? ` · ${t('incidents.containable')}` : ''}`,
        },
        incident.root
          ? { name: t('incidents.root'), value: <ProcessLine process={incident.root} incident={incident} /> }
          : null,
        { name: t('fields.openedAt'), value: <FullTime at={incident.openedAt} /> },
        { name: t('fields.updatedAt'), value: <FullTime at={incident.updatedAt} /> },
      ]}
    />
  )
}

export function AssetLinks({ assets }: Pick<IncidentDetail, 'assets'>) {
  return (
    <ul>
      {assets.map((asset) => (
        <li key={asset.key}>
          {asset.id ? (
            <Link to="/assets/$id" params={{ id: asset.id }} className={linkClass}>
              {visibleText(asset.name)}
            </Link>
          ) : (
            <span title={asset.key}>{shortScope(asset.name)}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
