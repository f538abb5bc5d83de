// The list of every resource: filter line and facets, virtual table, side panel. What it shows is in the address.
import type { Fields } from '@yagura/lang'
import type { Facet } from '@yagura/schema'
import { SlidersHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ListId, type RowList, type RowOf, readRows, useRows } from '../data/queries.ts'
import { IconButton } from '../design/button.tsx'
import { Count } from '../design/count.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { PageHeader } from '../design/page.tsx'
import { SidePanel } from '../design/side-panel.tsx'
import { Empty, Failure } from '../design/states.tsx'
import { Facets } from '../filter/facets.tsx'
import { FilterLine } from '../filter/filter-line.tsx'
import { ColumnChooser, useColumns } from './columns.tsx'
import { CopyRows } from './copy-rows.tsx'

export interface ListSearch {
  readonly filter?: string
  readonly sort?: string
  readonly panel?: string
}

export interface ListPanel<Row> {
  readonly label: string
  readonly onFullPage?: () => void
  readonly content: (row: Row | undefined, id: string) => ReactNode
}

export interface ListViewProps<Id extends ListId> {
  readonly title: string
  /** `null`: no page header of its own, for lists inside tabs. */
  readonly header?: ReactNode
  readonly list: Id
  /** Under which name its columns are remembered, where the same list has several. Default: that of the list. */
  readonly table?: string
  /** What the address does not hold: the asset a list belongs to, its kind. */
  readonly scope?: Record<string, string | undefined>
  readonly fields: Fields
  readonly wordField: string
  readonly columns: readonly Column<RowOf<Id>>[]
  readonly rowKey: (row: RowOf<Id>) => string
  readonly search: ListSearch
  readonly onSearch: (change: ListSearch) => void
  readonly defaultSort: string
  readonly facets?: readonly Facet[] | undefined
  readonly panel?: ListPanel<RowOf<Id>>
  readonly onFullPage?: (id: string) => void
  readonly empty: ReactNode
  readonly refreshMs?: number
  readonly toolbar?: ReactNode
  /** Fields that narrow the list besides the filter line; on a phone below it. */
  readonly beside?: ReactNode
  readonly className?: string
}

export function ListView<Id extends ListId>(props: ListViewProps<Id>) {
  const { list, search, onSearch, rowKey, panel, fields } = props
  const { t } = useTranslation()
  const filter = search.filter ?? ''
  const sort = search.sort ?? props.defaultSort
  const query = { ...props.scope, ...(filter ? { filter } : {}), sort } as Parameters<typeof useRows<Id>>[1]
  const rows = useRows(list, query, { refreshMs: props.refreshMs ?? 30_000 })
  const table = props.table ?? list
  const columns = useColumns(table, props.columns)
  const [facetsOpen, setFacetsOpen] = useState(false)
  const openRow = rows.rows.find((row) => rowKey(row) === search.panel)

  const count = rows.total === null ? null : <Count value={rows.total} exact={rows.totalIsExact} />
  return (
    <div className={`flex min-h-0 flex-1 flex-col bg-surface ${props.className ?? ''}`}>
      {props.header === undefined ? <PageHeader title={props.title} count={count} /> : props.header}
      <div className="flex shrink-0 flex-wrap items-center gap-1 border-b px-4 py-2 sm:flex-nowrap sm:px-6">
        {props.facets ? (
          <IconButton
            label={t('filter.facets')}
            icon={<SlidersHorizontal size={15} />}
            aria-expanded={facetsOpen}
            onClick={() => setFacetsOpen(!facetsOpen)}
            className="-ml-2 lg:hidden"
          />
        ) : null}
        <FilterLine
          fields={fields}
          value={filter}
          wordField={props.wordField}
          onApply={(text) => onSearch({ filter: text })}
        />
        {props.beside ? (
          <div className="order-last w-full pt-1 sm:order-none sm:w-auto sm:shrink-0 sm:pt-0">{props.beside}</div>
        ) : null}
        {props.header === null && count !== null ? <span className="px-2 text-sm text-faint">{count}</span> : null}
        {props.toolbar}
        <ColumnChooser table={table} columns={props.columns} />
        <CopyRows columns={props.columns} total={rows.total} read={(most) => readRows(list, query, most)} />
      </div>
      <ListNotice rows={rows} />
      <div className="relative flex min-h-0 flex-1">
        {props.facets && props.facets.length > 0 ? (
          <section
            aria-label={t('filter.facets')}
            className={`shrink-0 overflow-y-auto border-r bg-surface p-4 lg:w-54 ${panel && search.panel ? '2xl:block' : 'lg:block'} ${facetsOpen ? 'absolute inset-0 z-20 sm:right-auto sm:w-64 sm:shadow-float lg:static' : 'hidden'}`}
          >
            <Facets
              facets={props.facets}
              fields={fields}
              filter={filter}
              onApply={(text) => onSearch({ filter: text })}
            />
          </section>
        ) : null}
        <DataTable<RowOf<Id>>
          label={props.title}
          columns={columns}
          rows={rows.rows}
          rowKey={rowKey}
          chosen={search.panel}
          {...(panel ? { onOpen: (row) => onSearch({ panel: rowKey(row) }) } : {})}
          {...(props.onFullPage ? { onEnter: (row) => props.onFullPage?.(rowKey(row)) } : {})}
          sort={sort}
          onSort={(next) => onSearch({ sort: next })}
          loading={rows.loading}
          stale={rows.stale}
          total={rows.total}
          onEnd={rows.loadMore}
          empty={
            rows.error ? null : filter ? (
              <Empty title={t('filter.nothing')} text={t('filter.nothingText')} />
            ) : (
              props.empty
            )
          }
        />
        {panel && search.panel ? (
          <SidePanel
            label={panel.label}
            onClose={() => onSearch({ panel: '' })}
            onFullPage={props.onFullPage ? () => props.onFullPage?.(search.panel ?? '') : undefined}
          >
            {panel.content(openRow, search.panel)}
          </SidePanel>
        ) : null}
      </div>
    </div>
  )
}

/** What went wrong, above rows that stay. */
function ListNotice({ rows }: { rows: RowList<unknown> }) {
  if (!rows.error) return null
  return (
    <div className="px-4 pt-2 sm:px-6">
      <Failure error={rows.error} retry={rows.reload} />
    </div>
  )
}
