// Settings: enrol agents, API tokens, people, audit log. For administrators; others are told so.
import { getRouteApi } from '@tanstack/react-router'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../data/session.ts'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { Empty } from '../../design/states.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { ListView } from '../../list/list-view.tsx'
import { auditColumns } from './audit-columns.tsx'
import { EnrolTab } from './enrol-tab.tsx'
import { PeopleTab } from './people-tab.tsx'
import { TokensTab } from './tokens-tab.tsx'
import { WebhooksTab } from './webhooks-tab.tsx'

const route = getRouteApi('/app/settings/$tab')
const TABS = ['enrol', 'tokens', 'people', 'notifications', 'audit'] as const
type Tab = (typeof TABS)[number]

export function SettingsPage() {
  const { t } = useTranslation()
  const params = route.useParams()
  const session = useSession()
  const tab: Tab = TABS.find((one) => one === params.tab) ?? 'enrol'
  return (
    <>
      <PageHeader title={t('nav.settings')}>
        <Tabs
          label={t('nav.settings')}
          tabs={TABS.map((id) => ({ id, text: t(`settings.tabs.${id}`) }))}
          chosen={tab}
          link={(id) => ({ to: '/settings/$tab', params: { tab: id } })}
        />
      </PageHeader>
      {session.data && session.data.user.role !== 'admin' ? (
        <PageBody>
          <Empty title={t('settings.adminsOnly')} text={t('settings.adminsOnlyText')} />
        </PageBody>
      ) : (
        <TabContent key={tab} tab={tab} />
      )}
    </>
  )
}

function TabContent({ tab }: { tab: Tab }) {
  switch (tab) {
    case 'enrol':
      return <EnrolTab />
    case 'tokens':
      return <TokensTab />
    case 'people':
      return <PeopleTab />
    case 'notifications':
      return <WebhooksTab />
    case 'audit':
      return <AuditTab />
  }
}

function AuditTab() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <ListView
      title={t('settings.tabs.audit')}
      header={null}
      list="listAuditLog"
      fields={FILTER_FIELDS.auditLog}
      wordField="action"
      columns={auditColumns(t)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={({ filter, sort }) =>
        void navigate({ search: { ...search, ...(filter === undefined ? {} : { filter }), ...(sort ? { sort } : {}) } })
      }
      defaultSort="-at"
      empty={<Empty title={t('audit.none')} />}
    />
  )
}
