// A small table for short lists of settings; it scrolls inside its own box. On a phone every row is a short list by itself.
import type { ReactNode } from 'react'

interface SimpleTableProps {
  readonly label: string
  readonly header: readonly string[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}

export function SimpleTable({ label, header, rows }: SimpleTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div className="overflow-x-auto" tabIndex={0}>
      <table aria-label={label} className="w-full text-sm">
        <thead className="text-xs text-faint max-sm:sr-only">
          <tr>
            {header.map((title) => (
              <th key={title} className="px-4 py-2 text-left font-medium whitespace-nowrap">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className="border-t max-sm:block max-sm:py-2">
              {row.cells.map((cell, index) => (
                <td
                  key={header[index]}
                  data-name={header[index]}
                  className="truncate px-4 py-1.5 whitespace-nowrap max-sm:flex max-sm:items-center max-sm:justify-between max-sm:gap-4 max-sm:py-1 max-sm:before:text-xs max-sm:before:text-faint max-sm:before:content-[attr(data-name)] sm:max-w-80"
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export const inputClass = 'h-8 w-full rounded-md border bg-surface px-2.5 text-sm'

export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="block">
      <span className="mb-1 block text-xs text-faint">{label}</span>
      {children}
    </label>
  )
}
