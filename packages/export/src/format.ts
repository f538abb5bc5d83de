// A format turns a scan report into one document. It is a function of the report and nothing else, so that two runs over the same
// image give the same bytes, but for the time that the report carries.
import type { ScanReport } from '@yagura/schema'

export interface Format {
  /** Name of its folder, and what `--format` takes. */
  readonly name: string
  /** One line for people who choose. */
  readonly description: string
  readonly mediaType: string
  /** The whole document, with a newline at its end. Never throws for a report that fits its schema. */
  render(report: ScanReport): string
}
