// A table that fits the terminal: the widest columns give way first.
import { displayWidth, fit } from './width.ts'

export interface Column {
  readonly title: string
  /** Narrowest it may become; default: as wide as its content. */
  readonly minColumns?: number
}

export interface Cell {
  readonly text: string
  /** Colours the text after it was fitted. */
  readonly style?: ((text: string) => string) | undefined
}

const GAP = '  '

/** Lines without their newline. `maxColumns`: width of the terminal; undefined where there is none. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  maxColumns: number | undefined,
  titleStyle: (text: string) => string = (text) => text,
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[i]?.text ?? ''))),
  )
  if (maxColumns !== undefined) shrink(widths, columns, maxColumns - GAP.length * (columns.length - 1))
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style }, i) => {
        const fitted = fit(text, widths[i] ?? 0)
        const isLast = i === cells.length - 1
        return (style ?? String)(isLast ? fitted.trimEnd() : fitted)
      })
      .join(GAP)
  return [line(columns.map(({ title }) => ({ text: title, style: titleStyle }))), ...rows.map(line)]
}

function shrink(widths: number[], columns: readonly Column[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    let widest = -1
    for (const [i, width] of widths.entries()) {
      const canShrink = width > (columns[i]?.minColumns ?? width)
      if (canShrink && (widest < 0 || width > (widths[widest] ?? 0))) widest = i
    }
    if (widest < 0) return
    widths[widest] = (widths[widest] ?? 0) - 1
    excess--
  }
}
