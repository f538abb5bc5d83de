// One finding on a page of its own.
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { PageBody, PageHeader } from '../../design/page.tsx'
import { FindingDetail } from './finding-detail.tsx'
import { useFindingTitle } from './finding-title.ts'

const route = getRouteApi('/app/findings/$id')

export function FindingPage() {
  const { t } = useTranslation()
  const titleOf = useFindingTitle()
  const { id } = route.useParams()
  const { data } = useRead('getFinding', { params: { id } })
  return (
    <>
      <PageHeader
        title={data?.vulnerability?.id ?? (data ? titleOf(data) : t('findings.one'))}
        crumbs={[{ name: t('nav.findings'), to: '/findings' }]}
      />
      <PageBody className="max-w-220!">
        <div className="pane">
          <FindingDetail id={id} known={data} />
        </div>
      </PageBody>
    </>
  )
}
