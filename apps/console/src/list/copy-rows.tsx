// Rows of a list into the clipboard, as CSV or JSON.
import { ClipboardCopy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { buttonClass } from '../design/button.tsx'
import { useCopy } from '../design/copy.tsx'
import type { Column } from '../design/data-table.tsx'
import { Popover, popoverItemClass } from '../design/popover.tsx'
import { useErrorText } from '../design/states.tsx'
import { showToast } from '../design/toast.tsx'
import { useFormat } from '../design/use-format.ts'
import { toCsv, toJson } from '../format/table-copy.ts'

/** More than this is work for the API. */
const MOST_ROWS = 5000

interface CopyRowsProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly total: number | null
  readonly read: (most: number) => Promise<readonly Row[]>
}

export function CopyRows<Row>({ columns, total, read }: CopyRowsProps<Row>) {
  const { t } = useTranslation()
  const format = useFormat()
  const copy = useCopy()
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)

  async function run(form: 'csv' | 'json'): Promise<void> {
    setBusy(true)
    try {
      const rows = await read(MOST_ROWS)
      const copied = columns.filter((column) => column.value)
      const text =
        form === 'json'
          ? toJson(rows)
          : toCsv(
              copied.map((column) => column.title),
              rows.map((row) => copied.map((column) => column.value?.(row) ?? null)),
            )
      const count = format.count(rows.length)
      const cut = rows.length >= MOST_ROWS && (total ?? 0) > rows.length
      await copy(
        text,
        cut
          ? t('list.copiedSome', { rows: count, total: format.count(total ?? 0) })
          : t('list.copied', { count: rows.length, rows: count }),
      )
    } catch (error) {
      showToast(errorText(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Popover
      label={t('list.copy')}
      triggerClass={buttonClass('quiet', true)}
      trigger={<ClipboardCopy size={15} aria-hidden="true" className={busy ? 'opacity-40' : ''} />}
    >
      {(close) =>
        (['csv', 'json'] as const).map((form) => (
          <button
            key={form}
            type="button"
            className={popoverItemClass}
            onClick={() => {
              close()
              void run(form)
            }}
          >
            {t(`list.copyAs.${form}`)}
          </button>
        ))
      }
    </Popover>
  )
}
