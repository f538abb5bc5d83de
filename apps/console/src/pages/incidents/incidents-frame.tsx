// What the three lists of this place share: the heading and the tabs.
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageHeader } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'

const TABS = { queue: '/incidents', signals: '/incidents/signals', actions: '/incidents/actions' } as const
type Tab = keyof typeof TABS

export function IncidentsHeader({ tab }: { tab: Tab }) {
  const { t } = useTranslation()
  const overview = useRead('getOverview', {}, { refreshMs: 15_000 })
  return (
    <PageHeader title={t('nav.incidents')}>
      <Tabs
        label={t('nav.incidents')}
        tabs={(Object.keys(TABS) as Tab[]).map((id) => ({
          id,
          text: t(`incidents.tabs.${id}`),
          count: id === 'queue' ? overview.data?.incidents.open : undefined,
        }))}
        chosen={tab}
        link={(id) => ({ to: TABS[id] })}
      />
    </PageHeader>
  )
}
