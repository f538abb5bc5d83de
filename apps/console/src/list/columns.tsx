// Which columns a table shows; remembered in this browser.
import { Columns3 } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { buttonClass } from '../design/button.tsx'
import type { Column } from '../design/data-table.tsx'
import { Popover, popoverItemClass } from '../design/popover.tsx'

const KEY = 'yagura.columns'
const listeners = new Set<() => void>()

/** table → columns whose visibility differs from their default */
type Choices = Readonly<Record<string, readonly string[]>>
let choices: Choices = read()

function read(): Choices {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof stored === 'object' && stored !== null ? (stored as Choices) : {}
  } catch {
    return {}
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function toggled(table: string, all: Choices): readonly string[] {
  const chosen = all[table]
  return Array.isArray(chosen) ? chosen : []
}

function toggle(table: string, column: string): void {
  const chosen = toggled(table, choices)
  const next = chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column]
  choices = { ...choices, [table]: next }
  try {
    localStorage.setItem(KEY, JSON.stringify(choices))
  } catch {}
  for (const listener of listeners) listener()
}

function isShown(column: Column<never>, changed: readonly string[]): boolean {
  return changed.includes(column.id) ? column.optional === true : column.optional !== true
}

export function useColumns<Row>(table: string, columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const all = useSyncExternalStore(subscribe, () => choices)
  const shown = columns.filter((column) => isShown(column, toggled(table, all)))
  return shown.length === 0 ? columns : shown
}

export function ColumnChooser<Row>({ table, columns }: { table: string; columns: readonly Column<Row>[] }) {
  const { t } = useTranslation()
  const all = useSyncExternalStore(subscribe, () => choices)
  return (
    <Popover
      label={t('list.columns')}
      triggerClass={buttonClass('quiet', true)}
      trigger={<Columns3 size={15} aria-hidden="true" />}
      rootClass="hidden sm:block"
    >
      {() => (
        <ul>
          {columns.map((column) => (
            <li key={column.id}>
              <label className={`${popoverItemClass} cursor-pointer`}>
                <input
                  type="checkbox"
                  checked={isShown(column, toggled(table, all))}
                  onChange={() => toggle(table, column.id)}
                  className="accent-accent-solid"
                />
                {column.title}
              </label>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}
