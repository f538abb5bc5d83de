// What both formats of SBOM come down to.
import type { CoverageGapCode, Image, OperatingSystem, PackageLocation } from '@yagura/schema'

/** One line of an SBOM. Everything is as its writer says; what of it holds is found out in package.ts. */
export interface SbomEntry {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly purl: string | undefined
  /** Type of the package, where something but the purl tells it. */
  readonly type: string | undefined
  readonly architecture: string | undefined
  readonly source: { readonly name: string; readonly version: string | undefined } | undefined
  readonly licenses: readonly string[]
  readonly locations: readonly PackageLocation[]
  readonly layer: string | null
  readonly ownedBy: { readonly name: string; readonly type: string } | undefined
  readonly vendor: string | undefined
  readonly module: string | undefined
}

export interface SbomDocument {
  readonly entries: readonly SbomEntry[]
  /** It lists more than MAX_ENTRIES things; the rest was not looked at. */
  readonly isCut: boolean
  readonly operatingSystem: OperatingSystem | null
  readonly image: Pick<Image, 'digest' | 'manifestDigest' | 'names' | 'architecture' | 'createdAt'> & {
    readonly layers: readonly string[]
  }
  /** What the writer could not see. */
  readonly gaps: readonly SbomGap[]
}

export interface SbomGap {
  readonly code: CoverageGapCode
  readonly subject: string
  readonly reason: string
  readonly remedy: string | null
  readonly count: number
}

/** Of one document, and of one package. */
export const MAX_ENTRIES = 200_000
export const MAX_LOCATIONS = 1000
export const MAX_LICENCES = 100
export const MAX_LAYERS = 1024
export const MAX_GAPS = 1000
