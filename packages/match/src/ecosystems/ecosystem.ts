// How packages of one type find their advisories: under which names, and by which rules versions are compared.
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import type { SchemeName } from '@yagura/versions'

export interface Ecosystem {
  readonly scheme: SchemeName
  /** OSV ecosystems that may hold the advisories, most particular first; empty where none can. A gap names the last. */
  feeds(operatingSystem: OperatingSystem | null): readonly string[]
  /** What advisories name: the source package where the vendor tracks sources. */
  subject(item: SoftwarePackage): { readonly name: string; readonly version: string }
}

export function sourceOf(item: SoftwarePackage): { name: string; version: string } {
  return item.source ?? { name: item.name, version: item.version }
}
