// What feeds beside advisories say: about a CVE, about a release of a product, about a vendor's own products.
import type { Severity } from '@yagura/schema/severities'

/** In the catalogue of known exploited vulnerabilities. Days are YYYY-MM-DD. */
export interface KnownExploited {
  readonly addedOn: string
  readonly dueOn: string | null
  readonly vendor: string
  readonly product: string
  readonly name: string
  readonly requiredAction: string | null
  readonly isUsedByRansomware: boolean
}

/** A probability, which is not evidence: kept apart from exploitation that was seen. */
export interface ExploitProbability {
  /** Of exploitation within 30 days, 0 to 1. */
  readonly score01: number
  /** Share of all CVEs with a score as high or lower, 0 to 1. */
  readonly percentile01: number
  /** RFC 3339 in UTC: the day of the scores. */
  readonly scoredAt: string | null
}

/** Decision points of CISA's SSVC; null where it was not decided. */
export interface Ssvc {
  readonly exploitation: 'none' | 'poc' | 'active' | null
  readonly automatable: 'yes' | 'no' | null
  readonly technicalImpact: 'partial' | 'total' | null
}

/** As it is stored: severity by its rank. */
export interface VulnerabilityRating {
  readonly severity: number
  readonly cvss: readonly string[]
  readonly cwe: readonly string[]
  readonly ssvc: Ssvc | null
  /** YYYY-MM-DD; null where it was not known to be exploited. */
  readonly exploitedOn: string | null
}

export interface Enrichment extends Omit<VulnerabilityRating, 'severity'> {
  readonly severity: Severity
}

/** As it is stored. */
export interface ReleaseSupport {
  /** YYYY-MM-DD: the last day of support; null where no day is known. */
  readonly endsOn: string | null
  /** Ended on a day that nobody names. */
  readonly hasEnded: boolean
  readonly latest: string | null
}

export interface EndOfLife {
  /** As endoflife.date names them: `alpine-linux`, `3.18`. */
  readonly product: string
  readonly release: string
  readonly endsOn: string | null
  readonly isEnded: boolean
  readonly latest: string | null
}

export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation'

export interface VexProduct {
  /** As the document writes it, with its version where it has one. */
  readonly purl: string | null
  readonly cpe: string | null
  readonly name: string | null
  /** CSAF: the product that it is a part of, by CPE, purl or name. */
  readonly platform: string | null
  /** OpenVEX: purls of the parts that the statement is about; empty where it is about the whole. */
  readonly subcomponents: readonly string[]
}

export interface VexStatement {
  /** CVE, or what the document calls the vulnerability. */
  readonly vulnerability: string
  readonly aliases: readonly string[]
  readonly status: VexStatus
  /** `component_not_present`, `vulnerable_code_not_in_execute_path` … */
  readonly justification: string | null
  /** In the words of the document: impact, action, workaround. */
  readonly note: string | null
  readonly products: readonly VexProduct[]
  /** RFC 3339 in UTC: when it was said, which decides between statements that contradict. */
  readonly statedAt: string | null
  readonly source: { readonly feed: 'openvex' | 'csaf'; readonly document: string; readonly author: string | null }
}
