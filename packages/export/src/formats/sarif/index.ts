// SARIF 2.1.0 (OASIS, docs.oasis-open.org/sarif/sarif/v2.1.0), as code hosts and editors read it: a rule for each vulnerability, kind of
// secret and check; a result for each finding, with a fingerprint that stays the same from run to run.
import type { ScanReport } from '@yagura/schema'
import { titleOf } from '../../content/order.ts'
import type { Format } from '../../format.ts'
import { jsonDocument } from '../../text/json.ts'
import { pathReference } from '../../text/uri.ts'
import { resultsOf } from './results.ts'
import { rulesOf } from './rules.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export const format: Format = {
  name: 'sarif',
  description: 'SARIF 2.1.0 for code hosts and editors',
  mediaType: 'application/sarif+json',
  render(report) {
    return jsonDocument(document(report))
  },
}

function document(report: ScanReport) {
  const { rules, indexOf } = rulesOf(report)
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Yagura', version: report.tool.version, rules },
        },
        automationDetails: { id: `yagura/${pathReference(titleOf(report))}/` },
        originalUriBaseIds: { ROOT: { description: { text: 'The root directory of the image.' } } },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.scannedAt,
            toolExecutionNotifications: report.coverageGaps.map(notification),
          },
        ],
        results: resultsOf(report, indexOf),
        columnKind: 'utf16CodeUnits',
        properties: { target: report.target, imageDigest: report.image.digest },
      },
    ],
  }
}

/** What could not be seen: no result, but not silent either. */
function notification(gap: ScanReport['coverageGaps'][number]) {
  const { code, subject, reason, remedy } = gap
  return {
    descriptor: { id: code },
    level: 'warning',
    message: { text: [subject && `${subject}: `, reason, remedy && ` ${remedy}`].filter(Boolean).join('') },
  }
}
