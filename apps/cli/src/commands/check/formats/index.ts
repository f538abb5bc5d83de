// A report as text of the format that was asked for.
import type { CheckOptions } from '../check.ts'
import type { CheckReport } from '../report.ts'
import { toHtml } from './html.ts'
import { toJson } from './json.ts'
import { toJunit } from './junit.ts'
import { toOscal } from './oscal.ts'
import { toSarif } from './sarif.ts'
import { toTable } from './table.ts'

export function render(report: CheckReport, { format, output, all = false, explain = false }: CheckOptions): string {
  switch (format) {
    case 'json':
      return toJson(report)
    case 'sarif':
      return toSarif(report)
    case 'junit':
      return toJunit(report)
    case 'html':
      return toHtml(report)
    case 'oscal':
      return toOscal(report)
    case 'table':
      return toTable(report, { all, explain, stream: output === undefined ? process.stdout : undefined })
  }
}
