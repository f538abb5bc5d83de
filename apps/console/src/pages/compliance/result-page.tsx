// One result on a page of its own.
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { ResultDetail } from './result-detail.tsx'

const route = getRouteApi('/app/compliance/results/$id')

export function ResultPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { data } = useRead('getCheckResult', { params: { id } })
  return (
    <>
      <PageHeader
        title={data ? `${data.check} · ${data.resource}` : t('compliance.oneResult')}
        crumbs={[{ name: t('nav.compliance'), to: '/compliance/results' }]}
      />
      <PageBody className="max-w-220!">
        <div className="pane">
          <ResultDetail id={id} known={data} />
        </div>
      </PageBody>
    </>
  )
}
