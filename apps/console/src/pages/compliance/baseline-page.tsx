// One version of a baseline on a page of its own.
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { BaselineDetail } from './baseline-detail.tsx'

const route = getRouteApi('/app/compliance/baselines/$id')

export function BaselinePage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { data } = useRead('getBaseline', { params: { id } })
  return (
    <>
      <PageHeader
        title={data ? `${data.name} v${data.version}` : t('compliance.baseline')}
        crumbs={[{ name: t('compliance.tabs.baselines'), to: '/compliance/baselines' }]}
      />
      <PageBody className="max-w-220!">
        <div className="pane">
          <BaselineDetail id={id} />
        </div>
      </PageBody>
    </>
  )
}
