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
  /** Debian's word for what is no security problem in its build: kept, and hidden unless asked for. */
  readonly isUnimportant?: boolean
  detail(): AdvisoryDetail
}

export interface AdvisoryDetail {
  /** Other names of the same vulnerability, those that advisories of other feeds add included. */
  readonly aliases: readonly string[]
  /** Vulnerabilities that this advisory carries over, as a distribution's advisory does with CVEs. */
  readonly upstream: readonly string[]
  /** Neighbours, which are neither; but see `carriedBy`. */
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

/** Advisories of distributions, by the prefix of their ids: one update of a package, for any number of CVEs. */
const UPDATE_NOTICE =
  /^(ALAS|ALBA|ALEA|ALSA|CESA|DLA|DSA|DTSA|ELSA|FEDORA|MGASA|OESA|RHBA|RHEA|RHSA|RLBA|RLEA|RLSA|RXSA|SUSE|USN|openSUSE)\b/

/**
 * The vulnerabilities that an advisory carries: `upstream`; else, where it is an update of a distribution that has its CVEs in `related`
 * (AlmaLinux; others before `upstream` came with version 1.7 of the schema), those. They are not aliases: one update carries many.
 */
export function carriedBy(id: string, detail: Pick<AdvisoryDetail, 'upstream' | 'related'>): readonly string[] {
  if (detail.upstream.length > 0 || !UPDATE_NOTICE.test(id)) return detail.upstream
  return detail.related.filter(isCve)
}
