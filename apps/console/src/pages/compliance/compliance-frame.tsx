// What the views of this place share: the heading, the tabs, and what is being looked at.
import { Link } from '@tanstack/react-router'
import { Printer } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { buttonClass } from '../../design/button.tsx'
import { PageHeader } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'

const TABS = {
  overview: '/compliance',
  results: '/compliance/results',
  matrix: '/compliance/matrix',
  drift: '/compliance/drift',
  baselines: '/compliance/baselines',
} as const
type Tab = keyof typeof TABS

export function ComplianceHeader({ tab, children }: { tab: Tab; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <PageHeader title={t('nav.compliance')}>
      <Tabs
        label={t('nav.compliance')}
        tabs={(Object.keys(TABS) as Tab[]).map((id) => ({
          id,
          text: t(`compliance.tabs.${id}`),
        }))}
        chosen={tab}
        link={(id) => ({ to: TABS[id] })}
      />
      {children}
      <Link to="/compliance/report" className={buttonClass('plain')}>
        <Printer size={15} aria-hidden="true" />
        {t('compliance.report')}
      </Link>
    </PageHeader>
  )
}
