// The matrix: sections of a framework, or checks, against assets. A cell opens the results behind it.
import { getRouteApi } from '@tanstack/react-router'
import type { CheckTarget } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { FRAMEWORKS } from '@yagura/schema/frameworks'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { Empty, Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { ComplianceHeader } from './compliance-frame.tsx'
import { FrameworkSelect } from './framework-select.tsx'
import { MatrixGrid } from './matrix-grid.tsx'
import { NothingChecked } from './results-page.tsx'

const route = getRouteApi('/app/compliance/matrix')
const TARGETS: readonly CheckTarget[] = FILTER_FIELDS.checkResults.target.values

export function MatrixPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const framework = FRAMEWORKS.find((one) => one === search.framework)
  const target = TARGETS.find((one) => one === search.target)
  const matrix = useRead(
    'getComplianceMatrix',
    { query: { ...(framework ? { framework } : {}), ...(target ? { target } : {}) } },
    { refreshMs: 60_000 },
  )
  const { data } = matrix
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <ComplianceHeader tab="matrix" />
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 text-sm sm:px-6">
        <FrameworkSelect
          value={framework}
          none={t('compliance.byCheck')}
          onChange={(value) => void navigate({ search: { ...search, framework: value ?? '' } })}
        />
        <select
          aria-label={t('fields.target')}
          value={target ?? ''}
          onChange={(event) => void navigate({ search: { ...search, target: event.target.value } })}
          className="h-8 max-w-full rounded-md border bg-surface px-2 text-sm"
        >
          <option value="">{t('compliance.allTargets')}</option>
          {TARGETS.map((one) => (
            <option key={one} value={one}>
              {t(`facetValues.target.${one}`)}
            </option>
          ))}
        </select>
        {data ? (
          <span className="text-faint">
            {t('compliance.matrixRows', { count: data.rows.length, shown: format.count(data.rows.length) })}
            {' × '}
            {t('compliance.matrixAssets', { count: data.assets.length, shown: format.count(data.assets.length) })}
          </span>
        ) : null}
        {data && data.assetsLeftOut > 0 ? (
          <span className="text-warn">{t('compliance.leftOut', { shown: format.count(data.assetsLeftOut) })}</span>
        ) : null}
      </div>
      {matrix.error ? (
        <div className="p-4">
          <Failure error={matrix.error} retry={() => void matrix.refetch()} />
        </div>
      ) : null}
      {data === undefined ? (
        matrix.error ? null : (
          <Skeleton lines={12} className="p-6" />
        )
      ) : data.rows.length > 0 ? (
        <MatrixGrid key={`${framework} ${target}`} matrix={data} />
      ) : framework || target ? (
        <Empty title={t('compliance.emptyMatrix')} text={t('compliance.emptyMatrixText')} />
      ) : (
        <NothingChecked />
      )}
    </div>
  )
}
