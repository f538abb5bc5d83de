// Everything that was done, or would have been: by whom or what, to which container, and taking it back.
import { getRouteApi, Link } from '@tanstack/react-router'
import type { StoredAction } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../data/queries.ts'
import { ShortId } from '../../design/copy.tsx'
import type { Column } from '../../design/data-table.tsx'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono } from '../../design/panel.tsx'
import { Empty, Skeleton } from '../../design/states.tsx'
import { FullTime, Time } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { ListView } from '../../list/list-view.tsx'
import { ActionState, UndoAction, useDecider } from './action-state.tsx'
import { IncidentsHeader } from './incidents-frame.tsx'
import { ProcessLine } from './process-line.tsx'

const route = getRouteApi('/app/incidents/actions')

export function ActionsPage() {
  const { t } = useTranslation()
  const decider = useDecider()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const facets = useRead('getActionFacets', { query: { filter: search.filter ?? '' } }, { refreshMs: 15_000 })
  return (
    <ListView
      title={t('incidents.tabs.actions')}
      header={<IncidentsHeader tab="actions" />}
      list="listActions"
      fields={FILTER_FIELDS.actions}
      wordField="decidedBy"
      columns={actionColumns(t, decider)}
      rowKey={(row) => row.id}
      search={search}
      onSearch={(change) => void navigate({ search: { ...search, ...change }, replace: 'panel' in change })}
      defaultSort="-requestedAt"
      refreshMs={5000}
      facets={facets.data}
      panel={{
        label: t('act.one'),
        content: (row) => (row ? <ActionDetail key={row.id} action={row} /> : <Skeleton lines={6} className="p-4" />),
      }}
      empty={<Empty title={t('act.none')} text={t('act.noneText')} />}
    />
  )
}

function actionColumns(t: TFunction, decider: (text: string) => string): readonly Column<StoredAction>[] {
  return [
    {
      id: 'kind',
      title: t('fields.action'),
      width: 'minmax(150px, 0.8fr)',
      cell: (row) => <span className="font-medium">{t(`actionKinds.${row.kind}`)}</span>,
      value: (row) => row.kind,
      phone: 'title',
    },
    {
      id: 'state',
      title: t('fields.state'),
      width: '150px',
      cell: (row) => <ActionState action={row} />,
      value: (row) => row.state,
      phone: 'side',
    },
    {
      id: 'container',
      title: t('act.container'),
      width: 'minmax(132px, 1fr)',
      cell: (row) => <ActionContainer action={row} />,
      value: (row) => row.assetName || row.containerId,
      phone: 'line',
    },
    {
      id: 'decidedBy',
      title: t('fields.decidedBy'),
      width: 'minmax(140px, 0.8fr)',
      cell: (row) => decider(row.decidedBy),
      value: (row) => row.decidedBy,
      phone: 'line',
    },
    {
      id: 'reason',
      title: t('fields.reason'),
      width: 'minmax(220px, 2fr)',
      cell: (row) => <span title={row.reason}>{visibleText(row.reason)}</span>,
      value: (row) => row.reason,
    },
    {
      id: 'requestedAt',
      title: t('fields.requestedAt'),
      width: '124px',
      sort: 'requestedAt',
      end: true,
      cell: (row) => <Time at={row.requestedAt} className="text-soft" />,
      value: (row) => row.requestedAt,
    },
    {
      id: 'undo',
      title: t('act.undo'),
      width: '120px',
      end: true,
      cell: (row) => <UndoAction action={row} container={containerOf(row)} />,
    },
  ]
}

/** Its name where the inventory knows it, else its id. */
function containerOf({ assetName, containerId }: StoredAction): string {
  return visibleText(assetName || containerId.slice(0, 12))
}

function ActionContainer({ action }: { action: StoredAction }) {
  if (!action.assetId)
    return (
      <span className="font-mono text-xs" title={action.containerId}>
        {containerOf(action)}
      </span>
    )
  return (
    <Link to="/assets/$id" params={{ id: action.assetId }} title={action.containerId} className={linkClass}>
      {containerOf(action)}
    </Link>
  )
}

function ActionDetail({ action }: { action: StoredAction }) {
  const { t } = useTranslation()
  const decider = useDecider()
  return (
    <article className="flex flex-col gap-5 p-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-base font-semibold">{t(`actionKinds.${action.kind}`)}</h3>
        <ActionState action={action} />
      </header>
      <p className="text-sm text-soft">{t(`actionTexts.${action.kind}`)}</p>
      <Facts
        facts={[
          {
            name: t('act.container'),
            value: (
              <>
                <ActionContainer action={action} /> <ShortId id={action.containerId} />
              </>
            ),
          },
          action.process ? { name: t('act.process'), value: <ProcessLine process={action.process} /> } : null,
          { name: t('fields.decidedBy'), value: decider(action.decidedBy) },
          action.rule ? { name: t('fields.rule'), value: <Mono>{visibleText(action.rule)}</Mono> } : null,
          { name: t('fields.reason'), value: visibleText(action.reason) },
          { name: t('fields.requestedAt'), value: <FullTime at={action.requestedAt} /> },
          action.doneAt ? { name: t('act.doneAt'), value: <FullTime at={action.doneAt} /> } : null,
          action.expiresAt ? { name: t('act.until'), value: <FullTime at={action.expiresAt} /> } : null,
        ]}
      />
      {action.evidence.length > 0 ? (
        <ul>
          {action.evidence.map((file) => (
            <li key={file}>
              <Mono>{visibleText(file)}</Mono>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex items-center gap-4">
        {action.incidentId ? (
          <Link to="/incidents/$id" params={{ id: action.incidentId }} className={`text-sm ${linkClass}`}>
            {t('act.itsIncident')}
          </Link>
        ) : null}
        <UndoAction action={action} container={containerOf(action)} />
      </div>
    </article>
  )
}
