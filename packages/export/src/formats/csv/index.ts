// Findings as comma-separated values, one a row, for spreadsheets.
import { findingName, worstFirst } from '../../content/order.ts'
import type { Format } from '../../format.ts'
import { csvRow } from '../../text/csv.ts'

const COLUMNS = [
  'id',
  'severity',
  'status',
  'package',
  'version',
  'fixed in',
  'purl',
  'aliases',
  'reason',
  'suppressed by',
  'known exploited since',
  'epss',
]

export const format: Format = {
  name: 'csv',
  description: 'findings as rows for a spreadsheet',
  mediaType: 'text/csv',
  render(report) {
    const rows = [
      ...worstFirst(report.findings, findingName).map((finding) => ({ finding, by: '' })),
      ...worstFirst(report.suppressed, findingName).map((finding) => ({ finding, by: finding.suppression.source })),
    ]
    return [
      csvRow(COLUMNS),
      ...rows.map(({ finding, by }) =>
        csvRow([
          finding.id,
          finding.severity,
          finding.status,
          finding.package,
          finding.version,
          finding.fixedIn.join(' '),
          finding.purl,
          finding.aliases.join(' '),
          finding.reason,
          by,
          finding.kev?.addedOn ?? '',
          finding.epss ? String(finding.epss.score01) : '',
        ]),
      ),
    ].join('')
  },
}
