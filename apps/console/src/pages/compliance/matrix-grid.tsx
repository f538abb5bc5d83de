// Rows and columns of the matrix, virtual in both directions; the first row and column stay. Arrows move, Enter opens.
// biome-ignore-all lint/a11y/useSemanticElements: virtual cells are boxes with roles
// biome-ignore-all lint/a11y/useFocusableInteractive: one cell at a time has the focus
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { printValue } from '@yagura/lang'
import type { ComplianceMatrix } from '@yagura/schema'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../design/use-format.ts'
import { useLocalised } from '../../design/use-localised.ts'
import { useNarrow } from '../../design/use-narrow.ts'
import { shortImageName, visibleText } from '../../format/text.ts'
import { VerdictShape } from './verdict.tsx'

type Row = ComplianceMatrix['rows'][number]
type Cell = Row['cells'][number]

const ROW_PX = 36
const HEADER_PX = 40
const COLUMN_PX = 172

export function MatrixGrid({ matrix }: { matrix: ComplianceMatrix }) {
  const { t } = useTranslation()
  const localised = useLocalised()
  const navigate = useNavigate()
  const firstPx = useNarrow() ? 148 : 320
  const scroller = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState({ row: 0, column: 0 })
  // Keys come faster than pictures: what counts is where the last key led.
  const now = useRef(at)
  const { rows, assets, framework } = matrix
  const cells = useMemo(() => rows.map((row) => new Map(row.cells.map((cell) => [cell.asset, cell]))), [rows])

  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: HEADER_PX,
    scrollPaddingStart: HEADER_PX,
    initialRect: { width: 800, height: 800 },
  })
  const across = useVirtualizer({
    horizontal: true,
    count: assets.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN_PX,
    overscan: 3,
    scrollMargin: firstPx,
    scrollPaddingStart: firstPx,
    initialRect: { width: 800, height: 800 },
  })

  function place(next: { row: number; column: number }): void {
    now.current = next
    setAt(next)
  }

  /** False while the cell is not drawn yet. */
  function focusCell(): boolean {
    const { row, column } = now.current
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`)
    cell?.focus({ preventScroll: true })
    return cell !== null && cell !== undefined
  }

  function move(row: number, column: number): void {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(assets.length - 1, column)),
    }
    place(next)
    down.scrollToIndex(next.row)
    across.scrollToIndex(next.column)
    if (!focusCell()) requestAnimationFrame(focusCell)
  }

  function open(row: Row, column: number): void {
    const asset = assets[column]
    const cell = row.cells.find((one) => one.asset === column)
    if (!asset || !cell) return
    const check = framework ? [] : [`check = ${printValue(row.section)}`]
    const resource = asset.id ? [] : [`resource = ${printValue(asset.name)}`]
    const verdict = cell.fail > 0 ? ['verdict = fail'] : []
    void navigate({
      to: '/compliance/results',
      search: {
        filter: [...check, ...resource, ...verdict].join(' and '),
        ...(framework ? { framework, section: row.section } : {}),
        ...(asset.id ? { asset: asset.id } : {}),
      },
    })
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { row, column } = now.current
    const moves: Record<string, readonly [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + 10, column],
      PageUp: [row - 10, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [rows.length - 1, assets.length - 1] : [row, assets.length - 1],
    }
    const target = moves[event.key]
    if (target) move(...target)
    else if (event.key === 'Enter' || event.key === ' ') open(rows[row] as Row, column)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const width = firstPx + across.getTotalSize()
  return (
    <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto">
      <div
        role="grid"
        aria-label={t('compliance.tabs.matrix')}
        aria-rowcount={rows.length + 1}
        aria-colcount={assets.length + 1}
        className="relative"
        style={{ width, height: HEADER_PX + down.getTotalSize() }}
      >
        <div role="rowgroup" className="sticky top-0 z-20" style={{ width }}>
          <div role="row" aria-rowindex={1} className="relative border-b bg-surface" style={{ height: HEADER_PX }}>
            <div
              role="columnheader"
              aria-colindex={1}
              className="sticky left-0 z-10 flex items-center border-r bg-surface px-4 text-xs font-medium text-faint"
              style={{ width: firstPx, height: HEADER_PX - 1 }}
            >
              {framework ? t('compliance.section') : t('fields.check')}
            </div>
            {across.getVirtualItems().map((item) => {
              const asset = assets[item.index]
              return (
                <div
                  key={item.key}
                  role="columnheader"
                  aria-colindex={item.index + 2}
                  title={visibleText(asset?.name ?? '')}
                  className="absolute top-0 flex items-center px-2 text-xs font-medium text-soft"
                  style={{ left: item.start, width: COLUMN_PX, height: HEADER_PX - 1 }}
                >
                  <span className="truncate">{shortImageName(asset?.name ?? '')}</span>
                </div>
              )
            })}
          </div>
        </div>
        <div role="rowgroup">
          {down.getVirtualItems().map((item) => {
            const row = rows[item.index] as Row
            const title = row.title ? localised(row.title) : t('compliance.checkCount', { count: row.checks })
            return (
              <div
                key={row.section}
                role="row"
                aria-rowindex={item.index + 2}
                className="absolute left-0 border-b"
                style={{ top: item.start, height: ROW_PX, width }}
              >
                <div
                  role="rowheader"
                  aria-colindex={1}
                  title={`${visibleText(row.section)} ${title}`}
                  className="sticky left-0 z-10 flex items-center gap-2 border-r bg-surface px-4 text-sm"
                  style={{ width: firstPx, height: ROW_PX - 1 }}
                >
                  <span className="max-w-full shrink-0 truncate font-mono text-xs">{visibleText(row.section)}</span>
                  <span className="truncate text-xs text-faint">{title}</span>
                </div>
                {across.getVirtualItems().map((column) => {
                  const cell = cells[item.index]?.get(column.index)
                  const isAt = at.row === item.index && at.column === column.index
                  return (
                    <div
                      key={column.key}
                      role="gridcell"
                      aria-colindex={column.index + 2}
                      data-cell={`${item.index} ${column.index}`}
                      tabIndex={isAt ? 0 : -1}
                      onFocus={() => place({ row: item.index, column: column.index })}
                      onClick={() => open(row, column.index)}
                      onKeyDown={onKeyDown}
                      className={`absolute top-0 flex items-center gap-3 px-2 text-sm outline-offset-[-2px] ${cell ? 'cursor-pointer hover:bg-hover' : ''} ${cell && cell.fail > 0 ? 'bg-bad-soft' : ''}`}
                      style={{ left: column.start, width: COLUMN_PX, height: ROW_PX - 1 }}
                    >
                      {cell ? <Counts cell={cell} /> : <span className="sr-only">{t('compliance.notChecked')}</span>}
                    </div>
                  )
                })}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Only what there is: fails first. Shape and number for the eye, words for the ear. */
function Counts({ cell }: { cell: Cell }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (['fail', 'error', 'manual', 'pass'] as const)
    .filter((verdict) => cell[verdict] > 0)
    .map((verdict) => (
      <span key={verdict} className="inline-flex items-center gap-1">
        <VerdictShape verdict={verdict} />
        <span className="sr-only">{t(`facetValues.verdict.${verdict}`)}</span>
        {format.count(cell[verdict])}
      </span>
    ))
}
