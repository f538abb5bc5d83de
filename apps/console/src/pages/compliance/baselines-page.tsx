// Baselines in their versions, and what is excepted by those in force.
import { getRouteApi, Link } from '@tanstack/react-router'
import type { StoredBaseline } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Badge, State } from '../../design/badge.tsx'
import { buttonClass } from '../../design/button.tsx'
import type { Column } from '../../design/data-table.tsx'
import { Empty } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { ListView } from '../../list/list-view.tsx'
import { BaselineDetail } from './baseline-detail.tsx'
import { ComplianceHeader } from './compliance-frame.tsx'

const route = getRouteApi('/app/compliance/baselines')

export function BaselinesPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <ListView
      title={t('compliance.tabs.baselines')}
      header={
        <ComplianceHeader tab="baselines">
          <Link to="/compliance/proposal" className={buttonClass('solid')}>
            {t('compliance.propose')}
          </Link>
        </ComplianceHeader>
      }
      list="listBaselines"
      fields={FILTER_FIELDS.baselines}
      wordField="name"
      columns={baselineColumns(t)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-createdAt"
      panel={{
        label: t('compliance.baseline'),
        content: (_, id) => <BaselineDetail key={id} id={id} />,
      }}
      onFullPage={(id) => void navigate({ to: '/compliance/baselines/$id', params: { id } })}
      empty={
        <Empty
          title={t('compliance.noBaseline')}
          text={t('compliance.noBaselineText')}
          command="yagura baseline propose"
        />
      }
    />
  )
}

function baselineColumns(t: TFunction): readonly Column<StoredBaseline>[] {
  return [
    {
      id: 'name',
      title: t('fields.name'),
      width: 'minmax(160px, 2fr)',
      sort: 'name',
      cell: (row) => (
        <span className="font-medium">
          {visibleText(row.name)} <span className="font-normal text-faint">v{row.version}</span>
        </span>
      ),
      value: (row) => `${row.name} v${row.version}`,
      phone: 'title',
    },
    {
      id: 'inForce',
      title: t('fields.inForce'),
      width: '128px',
      cell: (row) => (
        <State tone={row.inForce ? 'good' : 'neutral'}>
          {row.inForce ? t('compliance.isInForce') : t('compliance.replaced')}
        </State>
      ),
      value: (row) => String(row.inForce),
      phone: 'side',
    },
    {
      id: 'layer',
      title: t('fields.layer'),
      width: '124px',
      cell: (row) => t(`facetValues.layer.${row.layer}`),
      value: (row) => row.layer,
      phone: 'line',
    },
    {
      id: 'extends',
      title: t('compliance.extends'),
      width: 'minmax(100px, 1fr)',
      cell: (row) => visibleText(row.extends.join(', ')) || '–',
      value: (row) => row.extends.join(' '),
    },
    {
      id: 'checks',
      title: t('compliance.checks'),
      width: '84px',
      end: true,
      cell: (row) => row.checks.length,
      value: (row) => row.checks.length,
    },
    {
      id: 'overrides',
      title: t('compliance.overrides'),
      width: '110px',
      end: true,
      cell: (row) => row.overrides.length,
      value: (row) => row.overrides.length,
    },
    {
      id: 'problems',
      title: t('compliance.problems'),
      width: '110px',
      cell: (row) => (row.problems.length > 0 ? <Badge tone="warn">{row.problems.length}</Badge> : '–'),
      value: (row) => row.problems.length,
      phone: 'line',
    },
    {
      id: 'adoptedBy',
      title: t('compliance.adoptedBy'),
      width: 'minmax(100px, 1fr)',
      cell: (row) => visibleText(row.adoptedBy ?? '–'),
      value: (row) => row.adoptedBy,
    },
    {
      id: 'createdAt',
      title: t('compliance.adoptedAt'),
      width: '124px',
      sort: 'createdAt',
      end: true,
      cell: (row) => <Time at={row.createdAt} className="text-soft" />,
      value: (row) => row.createdAt,
      phone: 'line',
    },
  ]
}
