// The result as JSON, for programs: its fields are a contract, packages/schema/generated/scan-report.schema.json.
import type { ScanReport } from '@yagura/schema'

export function toJson(report: ScanReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
