// How packages of one type find their advisories: in which feeds, under which names, and by which rules versions are compared.
import type { Advisory } from '@yagura/advisories'
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import type { SchemeName } from '@yagura/versions'

/** What advisories name. */
export interface Subject {
  readonly name: string
  readonly version: string
  /** Names of sources bear no epoch (rpm), so neither side's counts. */
  readonly ignoresEpoch?: boolean
}

export interface Ecosystem {
  readonly scheme: SchemeName
  /** Names end in the most general one. `known`: all ecosystems of a family that the database has. */
  feeds(item: SoftwarePackage, operatingSystem: OperatingSystem | null, known: KnownFeeds): readonly string[]
  /** The source package where the vendor tracks sources. More than one where advisories may use either name. */
  subjects(item: SoftwarePackage, operatingSystem: OperatingSystem | null): readonly Subject[]
  /** Whether an advisory that names the package speaks of this kind of it. */
  appliesTo?(advisory: Advisory, item: SoftwarePackage): boolean
  /** Who built the package, where that is not whose advisories these are. */
  thirdParty?(item: SoftwarePackage, operatingSystem: OperatingSystem | null): string | null
  /** The feed speaks of some products only: silence about a name is no clean bill. */
  readonly coversNamedOnly?: boolean
  /** Distributions that name CVEs as `related` mean that their advisory carries them. */
  readonly carriesRelated?: boolean
}

/** `Red Hat` → `Red Hat:enterprise_linux:8::baseos` … */
export type KnownFeeds = (family: string) => readonly string[]

export function sourceOf(item: SoftwarePackage): readonly Subject[] {
  return [item.source ?? { name: item.name, version: item.version }]
}
