// The table of every list: virtual rows, fixed header, keyset pages on scroll, J/K and Enter, two-line rows on a phone.
// biome-ignore-all lint/a11y/useSemanticElements: virtual rows and trees with columns are boxes with roles
// biome-ignore-all lint/a11y/useFocusableInteractive: the row has the focus, its cells do not
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../app/shortcuts.ts'
import type { CellValue } from '../format/table-copy.ts'
import { usePreferences } from '../preferences/preferences.ts'
import { useNarrow } from './use-narrow.ts'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** A track of CSS grid: `minmax(160px, 2fr)`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  /** Plain value for the clipboard; columns without one are not copied. */
  readonly value?: (row: Row) => CellValue
  /** Name the API sorts by. */
  readonly sort?: string
  readonly end?: boolean
  /** Not shown until chosen. */
  readonly optional?: boolean
  /** Where the cell goes on a phone; without it the phone leaves it out. */
  readonly phone?: 'title' | 'side' | 'line'
}

export interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly chosen?: string | undefined
  readonly onOpen?: (row: Row) => void
  /** Enter on the row that is open already. */
  readonly onEnter?: (row: Row) => void
  readonly sort?: string | undefined
  readonly onSort?: (sort: string) => void
  readonly loading?: boolean
  readonly stale?: boolean
  readonly total?: number | null
  readonly onEnd?: () => void
  readonly empty?: ReactNode
  readonly rowClass?: (row: Row) => string
  /** Tells whether the reader is at the top: live views hold still when not. */
  readonly onTop?: (atTop: boolean) => void
  readonly className?: string
}

const ROW_HEIGHT = { compact: 32, comfortable: 40 } as const
const PHONE_ROW_HEIGHT = 60

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, chosen, onOpen, onEnter, onEnd, onTop, loading = false } = props
  const { t } = useTranslation()
  const { density } = usePreferences()
  const narrow = useNarrow()
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<string | undefined>(chosen)
  const rowHeight = narrow ? PHONE_ROW_HEIGHT : ROW_HEIGHT[density]
  const headerHeight = narrow ? 0 : 32

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rowKey(rows[index] as Row),
    overscan: 12,
    scrollMargin: headerHeight,
    initialRect: { width: 800, height: 800 },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes change with the row height
  useEffect(() => virtual.measure(), [rowHeight])

  const items = virtual.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked when the reader comes near the end
  useEffect(() => {
    if (rows.length > 0 && lastIndex >= rows.length - 20) onEnd?.()
  }, [lastIndex, rows.length])

  const at = rows.findIndex((row) => rowKey(row) === (cursor ?? chosen))

  function moveTo(index: number): void {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!target) return
    const key = rowKey(target)
    setCursor(key)
    virtual.scrollToIndex(rows.indexOf(target), { align: 'auto' })
    if (chosen !== undefined) onOpen?.(target)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus({ preventScroll: true }),
    )
  }

  function enter(): void {
    const row = rows[at]
    if (!row) return
    if (rowKey(row) === chosen && onEnter) onEnter(row)
    else onOpen?.(row)
  }

  useShortcuts(
    [
      { keys: 'j', text: t('shortcuts.next'), run: () => moveTo(at + 1) },
      { keys: 'k', text: t('shortcuts.previous'), run: () => moveTo(at < 0 ? 0 : at - 1) },
      { keys: 'Enter', text: t('shortcuts.open'), run: enter },
    ],
    onOpen !== undefined,
  )

  const template = columns.map((column) => column.width).join(' ')
  const count = props.total ?? rows.length

  return (
    <div
      ref={scroller}
      // Rows that open have the focus; where none does, the box itself must be reachable to be scrolled.
      tabIndex={onOpen ? undefined : 0}
      onScroll={(event) => onTop?.(event.currentTarget.scrollTop < rowHeight)}
      className={`relative overflow-auto ${props.className ?? 'min-h-0 flex-1'} ${props.stale ? 'opacity-60' : ''}`}
    >
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-busy={loading}
        style={narrow ? undefined : { minWidth: smallestWidthPx(columns) }}
      >
        <Header {...props} template={template} narrow={narrow} />
        {loading ? <LoadingRows rowHeight={rowHeight} narrow={narrow} /> : null}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as Row
            const key = rowKey(row)
            const isChosen = key === chosen
            return (
              <div
                key={key}
                role="row"
                data-row={key}
                aria-rowindex={item.index + 2}
                aria-selected={isChosen}
                tabIndex={onOpen ? (item.index === Math.max(0, at) ? 0 : -1) : undefined}
                onFocus={() => setCursor(key)}
                onClick={(event) => {
                  if ((event.target as Element).closest('a, button, input, summary')) return
                  if (window.getSelection()?.type === 'Range') return
                  setCursor(key)
                  onOpen?.(row)
                }}
                onKeyDown={(event) => {
                  if (event.target !== event.currentTarget) return
                  if (event.key === 'ArrowDown') moveTo(item.index + 1)
                  else if (event.key === 'ArrowUp') moveTo(item.index - 1)
                  else if (event.key === 'Home') moveTo(0)
                  else if (event.key === 'End') moveTo(rows.length - 1)
                  else return
                  event.preventDefault()
                }}
                style={{
                  height: rowHeight,
                  transform: `translateY(${item.start - headerHeight}px)`,
                  ...(narrow ? {} : { gridTemplateColumns: template }),
                }}
                className={`absolute inset-x-0 top-0 border-b text-sm outline-offset-[-2px] ${narrow ? '' : 'grid items-center'} ${onOpen ? 'cursor-pointer' : ''} ${isChosen ? 'bg-chosen' : onOpen ? 'hover:bg-hover' : ''} ${props.rowClass?.(row) ?? ''}`}
              >
                {narrow ? <PhoneRow columns={columns} row={row} /> : <Cells columns={columns} row={row} />}
              </div>
            )
          })}
        </div>
      </div>
      {!loading && rows.length === 0 ? <div className="sticky left-0 w-full">{props.empty}</div> : null}
    </div>
  )
}

/** Below this the table scrolls inside its box: the sum of what the columns need at least. */
function smallestWidthPx<Row>(columns: readonly Column<Row>[]): number {
  return columns.reduce((sum, column) => sum + Number(/(\d+)px/.exec(column.width)?.[1] ?? 0), 0)
}

function Cells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  return columns.map((column, index) => (
    <div
      key={column.id}
      role="gridcell"
      aria-colindex={index + 1}
      className={`min-w-0 truncate px-3 first:pl-4 last:pr-4 sm:first:pl-6 sm:last:pr-6 ${column.end ? 'text-right' : ''}`}
    >
      {column.cell(row)}
    </div>
  ))
}

function PhoneRow<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  const place = (where: Column<Row>['phone']) => columns.filter((column) => column.phone === where)
  return (
    <div role="gridcell" className="flex h-full flex-col justify-center gap-0.5 px-4">
      <div className="flex min-w-0 items-center gap-3">
        <div className="min-w-0 flex-1 truncate font-medium">
          {place('title').map((column) => (
            <span key={column.id}>{column.cell(row)}</span>
          ))}
        </div>
        <div className="flex shrink-0 items-center gap-2 text-xs">
          {place('side').map((column) => (
            <span key={column.id}>{column.cell(row)}</span>
          ))}
        </div>
      </div>
      <div className="flex min-w-0 items-center gap-3 overflow-hidden text-xs text-soft">
        {place('line').map((column) => (
          <span key={column.id} className="min-w-0 max-w-full shrink truncate empty:hidden">
            {column.cell(row)}
          </span>
        ))}
      </div>
    </div>
  )
}

interface HeaderProps<Row> extends DataTableProps<Row> {
  readonly template: string
  readonly narrow: boolean
}

function Header<Row>({ columns, sort, onSort, template, narrow }: HeaderProps<Row>) {
  return (
    <div role="rowgroup" className={narrow ? 'sr-only' : 'sticky top-0 z-10 border-b bg-surface text-xs text-faint'}>
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-[31px] items-center"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column) => {
          const direction = sort === column.sort ? 'ascending' : sort === `-${column.sort}` ? 'descending' : undefined
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={column.sort ? (direction ?? 'none') : undefined}
              className={`min-w-0 truncate px-3 first:pl-4 last:pr-4 sm:first:pl-6 sm:last:pr-6 ${column.end ? 'text-right' : ''}`}
            >
              {column.sort && onSort ? (
                <button
                  type="button"
                  onClick={() => onSort(direction === 'descending' ? `${column.sort}` : `-${column.sort}`)}
                  className="inline-flex items-center gap-1 rounded font-medium hover:text-text"
                >
                  {column.title}
                  {direction === 'descending' ? <ArrowDown size={12} aria-hidden="true" /> : null}
                  {direction === 'ascending' ? <ArrowUp size={12} aria-hidden="true" /> : null}
                </button>
              ) : (
                <span className="font-medium">{column.title}</span>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function LoadingRows({ rowHeight, narrow }: { rowHeight: number; narrow: boolean }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: 14 }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
          key={index}
          style={{ height: rowHeight }}
          className="flex items-center gap-6 border-b px-4"
        >
          <div className="skeleton h-3" style={{ width: narrow ? '60%' : `${16 + ((index * 7) % 9)}%` }} />
          {narrow ? null : <div className="skeleton h-3" style={{ width: `${28 + ((index * 11) % 17)}%` }} />}
          {narrow ? null : <div className="skeleton h-3 w-[10%]" />}
        </div>
      ))}
    </div>
  )
}
