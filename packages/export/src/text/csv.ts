// One row of comma-separated values (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front
// (OWASP, "CSV Injection").
import { visible } from './visible.ts'

export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(text: string): string {
  const shown = visible(text)
  const inert = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown
  return /[",']|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
