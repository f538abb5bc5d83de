// Many publishers list each version that their ranges hold already: thousands for one record. Only the others need to be kept.
import { judge, type VersionRange } from '@yagura/versions'
import { schemeOf } from './schemes.ts'

/** The listed versions that no range covers, sorted. Where versions cannot be compared all are kept. */
export function listedBeside(
  ecosystem: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
): readonly string[] {
  const scheme = schemeOf(ecosystem)
  if (!scheme || versions.length === 0 || ranges.length === 0) return versions.toSorted()
  const affects = { ranges, versions: [] }
  return versions.filter((version) => judge(affects, version, scheme).kind !== 'affected').sort()
}
