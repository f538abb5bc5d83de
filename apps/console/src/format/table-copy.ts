// A table as text for the clipboard. CSV as in RFC 4180, with the formula prefix that OWASP asks for
// (https://owasp.org/www-community/attacks/CSV_Injection): a spreadsheet must not run what a package calls itself.

export type CellValue = string | number | boolean | null

export function csvCell(value: CellValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function toCsv(header: readonly string[], rows: readonly (readonly CellValue[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')
}

export function toJson(rows: readonly unknown[]): string {
  return JSON.stringify(rows, null, 2)
}
