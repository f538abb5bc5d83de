// What an advisory says of one package, in the words of the OSV schema (ossf.github.io/osv-schema).
import type { Severity } from '@yagura/schema/severities'
import type { AffectedVersions } from '@yagura/versions'

/** One advisory seen from one package. `detail()` reads the rest, which only findings need. */
export interface Advisory extends AffectedVersions {
  readonly id: string
  readonly ecosystem: string
  readonly packageName: string
  /** What the publisher says; `unknown` where it says nothing. */
  readonly severity: Severity
  detail(): AdvisoryDetail
}

export interface AdvisoryDetail {
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[]
  /** Vulnerabilities that this advisory carries over, as a distribution's advisory does with CVEs. */
  readonly upstream: readonly string[]
  /** Neighbours, which are neither. */
  readonly related: readonly string[]
  readonly summary: string | null
  readonly references: readonly string[]
  readonly publishedAt: string | null
  readonly modifiedAt: string | null
}

/** An advisory as a source gives it, before it is stored. */
export interface SourceAdvisory extends AdvisoryDetail {
  readonly id: string
  readonly affected: readonly AffectedPackage[]
}

export type AffectedPackage = Omit<Advisory, 'id' | 'detail'>

export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(id)
}
